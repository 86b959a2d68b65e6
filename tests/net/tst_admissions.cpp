#include "server/net/admissions.h"
#include "tests/support/testmain.h"

#include <thread>
#include <vector>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;
using Refusal = DoorFigures::Refusal;

class tst_Admissions : public test::Test
{
    Q_OBJECT

private slots:
    void countsAnAddress()
    {
        const auto admissions = std::make_shared<Admissions>(0, 2);
        const QHostAddress anna(u"192.0.2.1"_s);
        const auto first = admissions->admit(anna);
        auto second = admissions->admit(anna);
        QVERIFY(first && second);
        const auto third = admissions->admit(anna);
        QVERIFY(!third);
        QCOMPARE(third.error(), Refusal::AddressLimit);
        QCOMPARE(admissions->refusals(), 1U);
        QVERIFY(admissions->admit(QHostAddress(u"192.0.2.2"_s)));
        second->reset();
        QVERIFY(admissions->admit(anna));
    }

    void countsAll()
    {
        const auto admissions = std::make_shared<Admissions>(1, 0);
        auto first = admissions->admit(QHostAddress(u"192.0.2.1"_s));
        QVERIFY(first);
        const auto second = admissions->admit(QHostAddress(u"192.0.2.2"_s));
        QVERIFY(!second);
        QCOMPARE(second.error(), Refusal::ConnectionLimit);
        QCOMPARE(admissions->refusals(), 1U);
        admissions->noteGone();
        QCOMPARE(admissions->refusals(), 2U);
        first->reset();
        QVERIFY(admissions->admit(QHostAddress(u"192.0.2.2"_s)));
    }

    void aPlaceMayOutliveTheTable()
    {
        auto admissions = std::make_shared<Admissions>(1, 1);
        const auto place = admissions->admit(QHostAddress(u"192.0.2.1"_s));
        admissions.reset();
        QVERIFY(place);
    }

    void isSharedByThreads()
    {
        const auto admissions = std::make_shared<Admissions>(8, 0);
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([admissions] {
                for (int turn = 0; turn < 1'000; ++turn) {
                    const auto place = admissions->admit(QHostAddress(u"192.0.2.1"_s));
                    Q_UNUSED(place)
                }
            });
        }
        for (std::thread &thread : threads)
            thread.join();
        std::vector<std::shared_ptr<void>> places;
        while (const auto place = admissions->admit(QHostAddress(u"192.0.2.1"_s)))
            places.push_back(*place);
        QCOMPARE(places.size(), std::size_t(8)); // all were given back
    }
};

HEARTH_TEST_MAIN(tst_Admissions)
#include "tst_admissions.moc"
