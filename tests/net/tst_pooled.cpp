#include "server/net/pooled.h"
#include "tests/support/testmain.h"

#include <QThread>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <vector>

using namespace hearth;

namespace {

struct Small final : Pooled<Small>
{
    int number = 0;
};
struct Large final : Pooled<Large>
{
    std::array<char, 420> bytes {};
};

template <typename T>
std::vector<std::unique_ptr<T>> make(int count)
{
    std::vector<std::unique_ptr<T>> objects;
    for (int i = 0; i < count; ++i)
        objects.push_back(std::make_unique<T>());
    return objects;
}

template <typename T>
std::vector<std::uintptr_t> places(const std::vector<std::unique_ptr<T>> &objects)
{
    std::vector<std::uintptr_t> found;
    for (const auto &object : objects)
        found.push_back(reinterpret_cast<std::uintptr_t>(object.get()));
    std::sort(found.begin(), found.end());
    return found;
}

template <typename T>
void expectSideBySide()
{
    constexpr int Count = 500;
    constexpr std::uintptr_t Page = 4096;
    std::vector<std::unique_ptr<T>> objects;
    std::vector<std::unique_ptr<QByteArray>> between;
    for (int i = 0; i < Count; ++i) {
        objects.push_back(std::make_unique<T>());
        between.push_back(std::make_unique<QByteArray>(3'000, 'x')); // as much as a connection has elsewhere
    }
    std::vector<std::uintptr_t> pages;
    for (const std::uintptr_t place : places(objects)) {
        QCOMPARE(place % CacheLine, std::uintptr_t { 0 });
        pages.push_back(place / Page);
        pages.push_back((place + sizeof(T) - 1) / Page);
    }
    std::sort(pages.begin(), pages.end());
    pages.erase(std::unique(pages.begin(), pages.end()), pages.end());
    const std::size_t size = (sizeof(T) + CacheLine - 1) / CacheLine * CacheLine;
    const std::size_t needed = Count * size / Page;
    QVERIFY2(pages.size() <= 2 * needed + 8, qPrintable(QString::number(pages.size())));
}

} // namespace

class tst_Pooled : public test::Test
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
#ifdef __SANITIZE_ADDRESS__
        QSKIP("there are no pools under AddressSanitizer");
#endif
    }

    void objectsLieSideBySide()
    {
        expectSideBySide<Small>();
        expectSideBySide<Large>();
    }

    void whatOneLeavesTheNextOneTakes()
    {
        auto first = make<Large>(100);
        const auto before = places(first);
        first.clear();
        QCOMPARE(places(make<Large>(100)), before);
    }

    void anotherThreadMayDeleteThem()
    {
        auto objects = make<Large>(100);
        const std::unique_ptr<QThread> thread(QThread::create([&objects] { objects.clear(); }));
        thread->start();
        QVERIFY(thread->wait());
        const auto again = make<Large>(100);
        QCOMPARE(again.size(), std::size_t { 100 });
    }
};

HEARTH_TEST_MAIN(tst_Pooled)
#include "tst_pooled.moc"
