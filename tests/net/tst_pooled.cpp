#include "server/net/pooled.h"
#include "server/net/sanitizers.h"
#include "tests/support/testmain.h"

#include <QThread>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <set>
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
#ifdef HEARTH_SEES_OBJECTS
        QSKIP("there are no pools under AddressSanitizer and ThreadSanitizer");
#endif
    }

    void objectsLieSideBySide()
    {
        expectSideBySide<Small>();
        expectSideBySide<Large>();
    }

    void whatOneLeavesTheNextOneTakes_data()
    {
        QTest::addColumn<bool>("isElsewhere");
        QTest::newRow("deleted where it was made") << false;
        QTest::newRow("deleted by another thread") << true;
    }
    void whatOneLeavesTheNextOneTakes()
    {
        QFETCH(bool, isElsewhere);
        constexpr int Count = 100;
        constexpr int Rounds = 100;
        std::set<std::uintptr_t> seen;
        for (int round = 0; round < Rounds; ++round) {
            auto objects = make<Large>(Count);
            for (const std::uintptr_t place : places(objects))
                seen.insert(place);
            if (isElsewhere) {
                const std::unique_ptr<QThread> thread(QThread::create([&objects] { objects.clear(); }));
                thread->start();
                QVERIFY(thread->wait());
            }
        }
        // A pool has more room than was asked for at once, but not as much as all rounds together.
        QVERIFY2(seen.size() <= 10 * std::size_t { Count }, qPrintable(QString::number(seen.size())));
    }
};

HEARTH_TEST_MAIN(tst_Pooled)
#include "tst_pooled.moc"
