#include "client/typing.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

namespace {

using Signs = TypingSender::Signs;

RoomId room(const QString &id) { return *RoomId::parse(id); }
UserName user(const QString &name) { return *UserName::parse(name); }

Signs starts(const QString &id) { return { { room(id), true } }; }
Signs stops(const QString &id) { return { { room(id), false } }; }

const Signs Silence;
const RoomId Ops = *RoomId::parse(u"ops");
const RoomId Tea = *RoomId::parse(u"tea");

} // namespace

class tst_Typing : public test::Test
{
    Q_OBJECT

private slots:
    void firstKeyIsTold()
    {
        TypingSender sender;
        QVERIFY(!sender.isActive());
        QCOMPARE(sender.edited(Ops, false, 100'000), starts(u"ops"_s));
        QVERIFY(sender.isActive());
    }

    void goingOnIsToldEveryThreeSeconds()
    {
        TypingSender sender;
        QCOMPARE(sender.edited(Ops, false, 100'000), starts(u"ops"_s));
        QCOMPARE(sender.edited(Ops, false, 100'001), Silence);
        QCOMPARE(sender.edited(Ops, false, 102'999), Silence);
        QCOMPARE(sender.edited(Ops, false, 103'000), starts(u"ops"_s));
        QCOMPARE(sender.edited(Ops, false, 105'999), Silence);
        QCOMPARE(sender.edited(Ops, false, 106'500), starts(u"ops"_s));
        QCOMPARE(sender.edited(Ops, false, 109'499), Silence);
    }

    void restEndsItOnce()
    {
        TypingSender sender;
        QCOMPARE(sender.edited(Ops, false, 100'000), starts(u"ops"_s));
        QCOMPARE(sender.edited(Ops, false, 102'000), Silence);
        QCOMPARE(sender.tick(106'999), Silence);
        QCOMPARE(sender.tick(107'000), stops(u"ops"_s));
        QVERIFY(!sender.isActive());
        QCOMPARE(sender.tick(108'000), Silence);
        QCOMPARE(sender.edited(Ops, false, 108'000), starts(u"ops"_s));
    }

    void tickOfAWriterIsSilent()
    {
        TypingSender sender;
        QCOMPARE(sender.edited(Ops, false, 100'000), starts(u"ops"_s));
        QCOMPARE(sender.tick(103'000), Silence);
        QVERIFY(sender.isActive());
    }

    void sendingEndsIt()
    {
        TypingSender sender;
        QCOMPARE(sender.edited(Ops, false, 100'000), starts(u"ops"_s));
        QCOMPARE(sender.sent(Ops), stops(u"ops"_s));
        QVERIFY(!sender.isActive());
        QCOMPARE(sender.sent(Ops), Silence);
        QCOMPARE(sender.edited(Ops, false, 100'001), starts(u"ops"_s));
    }

    void emptyingEndsIt()
    {
        TypingSender sender;
        QCOMPARE(sender.edited(Ops, false, 100'000), starts(u"ops"_s));
        QCOMPARE(sender.edited(Ops, true, 100'500), stops(u"ops"_s));
        QCOMPARE(sender.edited(Ops, true, 100'600), Silence);
    }

    void anotherRoomEndsItThere()
    {
        TypingSender sender;
        QCOMPARE(sender.edited(Ops, false, 100'000), starts(u"ops"_s));
        const Signs both { { room(u"ops"_s), false }, { room(u"tea"_s), true } };
        QCOMPARE(sender.edited(Tea, false, 100'001), both);
        QCOMPARE(sender.sent(Tea), stops(u"tea"_s));
    }

    void typistsStandInTheOrderInWhichTheyBegan()
    {
        TypistList typists;
        QVERIFY(typists.isEmpty());
        QVERIFY(typists.set(user(u"Zoe"_s), true, 100'000));
        QVERIFY(typists.set(user(u"Anna"_s), true, 101'000));
        QVERIFY(!typists.set(user(u"Zoe"_s), true, 102'000));
        QCOMPARE(typists.names(), (QList { user(u"Zoe"_s), user(u"Anna"_s) }));
        QVERIFY(typists.set(user(u"Zoe"_s), false, 103'000));
        QVERIFY(typists.set(user(u"Zoe"_s), true, 104'000));
        QCOMPARE(typists.names(), (QList { user(u"Anna"_s), user(u"Zoe"_s) }));
    }

    void signHoldsSixSeconds()
    {
        TypistList typists;
        QVERIFY(typists.set(user(u"Anna"_s), true, 100'000));
        QVERIFY(typists.set(user(u"Zoe"_s), true, 100'000));
        QVERIFY(!typists.expire(105'999));
        QVERIFY(!typists.set(user(u"Zoe"_s), true, 105'999));
        QVERIFY(typists.expire(106'000));
        QCOMPARE(typists.names(), QList { user(u"Zoe"_s) });
        QVERIFY(!typists.expire(111'998));
        QVERIFY(typists.expire(111'999));
        QVERIFY(typists.isEmpty());
    }

    void clearingForgetsAll()
    {
        TypistList typists;
        QVERIFY(typists.set(user(u"Anna"_s), true, 100'000));
        QVERIFY(typists.set(user(u"Zoe"_s), true, 100'000));
        QVERIFY(typists.clear());
        QVERIFY(typists.isEmpty());
        QCOMPARE(typists.names(), QList<UserName>());
    }

    // ---- rainy ----

    void emptyTextIsNoNews()
    {
        TypingSender sender;
        QCOMPARE(sender.edited(Ops, true, 100'000), Silence);
        QVERIFY(!sender.isActive());
    }

    void emptyTextElsewhereEndsItHere()
    {
        TypingSender sender;
        QCOMPARE(sender.edited(Ops, false, 100'000), starts(u"ops"_s));
        QCOMPARE(sender.edited(Tea, true, 100'001), stops(u"ops"_s));
        QVERIFY(!sender.isActive());
    }

    void sendingElsewhereChangesNothing()
    {
        TypingSender sender;
        QCOMPARE(sender.sent(Ops), Silence);
        QCOMPARE(sender.edited(Ops, false, 100'000), starts(u"ops"_s));
        QCOMPARE(sender.sent(Tea), Silence);
        QVERIFY(sender.isActive());
    }

    void lostLinkIsToldNobody()
    {
        TypingSender sender;
        QCOMPARE(sender.edited(Ops, false, 100'000), starts(u"ops"_s));
        sender.reset();
        QVERIFY(!sender.isActive());
        QCOMPARE(sender.tick(200'000), Silence);
        // The server has forgotten too: the next key is a start, however soon it comes.
        QCOMPARE(sender.edited(Ops, false, 100'001), starts(u"ops"_s));
    }

    void clockMayBeginAtZero()
    {
        TypingSender sender;
        QCOMPARE(sender.edited(Ops, false, 0), starts(u"ops"_s));
        QCOMPARE(sender.edited(Ops, false, 2'999), Silence);
        QCOMPARE(sender.tick(7'999), stops(u"ops"_s));
    }

    void strangersChangeNothing()
    {
        TypistList typists;
        QVERIFY(!typists.set(user(u"Anna"_s), false, 100'000));
        QVERIFY(!typists.expire(100'000));
        QVERIFY(!typists.clear());
    }

    void nameInOtherCaseIsTheSameTypist()
    {
        TypistList typists;
        QVERIFY(typists.set(user(u"Anna"_s), true, 100'000));
        QVERIFY(!typists.set(user(u"ANNA"_s), true, 100'001));
        QVERIFY(typists.set(user(u"anna"_s), false, 100'002));
        QVERIFY(typists.isEmpty());
    }
};

HEARTH_TEST_MAIN(tst_Typing)
#include "tst_typing.moc"
