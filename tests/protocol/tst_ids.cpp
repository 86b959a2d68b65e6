#include "protocol/ids.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

class tst_Ids : public test::Test
{
    Q_OBJECT

private slots:
    void roomIds_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("isOne");
        const auto row = [](const char *name, const QString &text, bool isOne) { QTest::newRow(name) << text << isOne; };
        row("lobby", u"lobby"_s, true);
        row("digits first", u"2nd-floor"_s, true);
        row("all signs", u"a._-9"_s, true);
        row("64 characters", QString(64, u'a'), true);
        row("direct", u"dm:0123456789abcdef0123456789abcdef"_s, true);
        row("empty", {}, false);
        row("65 characters", QString(65, u'a'), false);
        row("capitals", u"Lobby"_s, false);
        row("a sign first", u"-a"_s, false);
        row("a dot first", u".."_s, false);
        row("a space", u"a b"_s, false);
        row("a slash", u"a/b"_s, false);
        row("not ASCII", u"bücher"_s, false);
        row("another script's digit", u"a٣"_s, false);
        row("direct without digits", u"dm:"_s, false);
        row("direct with a name", u"dm:bo"_s, false);
        row("NUL", u"a\0b"_s, false);
    }
    void roomIds()
    {
        QFETCH(QString, text);
        QFETCH(bool, isOne);
        const auto id = RoomId::parse(text);
        QCOMPARE(id.has_value(), isOne);
        if (isOne)
            QCOMPARE(id->toString(), text);
    }
    void directRoomsAreKnown()
    {
        QVERIFY(RoomId::parse(u"dm:0123456789abcdef0123456789abcdef")->isDirect());
        QVERIFY(!RoomId::lobby().isDirect());
        QCOMPARE(RoomId::lobby().toString(), u"lobby"_s);
    }

    void userNames_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("shown");
        const auto row = [](const char *name, const QString &text, const QString &shown) { QTest::newRow(name) << text << shown; };
        row("plain", u"anna"_s, u"anna"_s);
        row("trimmed", u"  Anna \t"_s, u"Anna"_s);
        row("a space within", u"Anna Lena"_s, u"Anna Lena"_s);
        row("spaces around ASCII", u"  Anna ~ "_s, u"Anna ~"_s);
        row("NFKC: full width", u"ＡＮＮＡ"_s, u"ANNA"_s);
        row("NFKC: composed", u"Zoe\u0308"_s, u"Zoë"_s);
        row("Arabic", u"مريم"_s, u"مريم"_s);
        row("emoji", u"🦊"_s, u"🦊"_s);
        row("32 characters", QString(32, u'n'), QString(32, u'n'));
    }
    void userNames()
    {
        QFETCH(QString, text);
        QFETCH(QString, shown);
        const auto name = UserName::parse(text);
        QVERIFY(name);
        QCOMPARE(name->toString(), shown);
    }
    void noUserNames_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<NameError>("error");
        const auto row = [](const char *name, const QString &text, NameError error) { QTest::newRow(name) << text << error; };
        row("empty", {}, NameError::Empty);
        row("spaces", u" \t "_s, NameError::Empty);
        row("33 characters", QString(33, u'n'), NameError::TooLong);
        row("longer after NFKC", QString(3, u'\ufdfa'), NameError::TooLong); // 18 characters each
        row("at", u"a@b"_s, NameError::ForbiddenCharacter);
        row("number sign", u"a#b"_s, NameError::ForbiddenCharacter);
        row("colon", u"a:b"_s, NameError::ForbiddenCharacter);
        row("full width at", u"a＠b"_s, NameError::ForbiddenCharacter);
        row("line break", u"a\nb"_s, NameError::ForbiddenCharacter);
        row("line separator", u"a\u2028b"_s, NameError::ForbiddenCharacter);
        row("delete", u"a\u007fb"_s, NameError::ForbiddenCharacter);
        row("control", u"a\u0007b"_s, NameError::ForbiddenCharacter);
        row("NUL", u"a\0b"_s, NameError::ForbiddenCharacter);
        row("bidi override", u"a\u202eb"_s, NameError::ForbiddenCharacter);
        row("bidi isolate", u"a\u2066b"_s, NameError::ForbiddenCharacter);
        row("zero width joiner", u"a\u200db"_s, NameError::ForbiddenCharacter);
        row("zero width space", u"a\u200bb"_s, NameError::ForbiddenCharacter);
        row("soft hyphen", u"a\u00adb"_s, NameError::ForbiddenCharacter);
        row("Hangul filler", u"\u3164"_s, NameError::ForbiddenCharacter);
        row("blank Braille", u"\u2800"_s, NameError::ForbiddenCharacter);
        row("private use", u"a\ue000"_s, NameError::ForbiddenCharacter);
        row("lone surrogate", QString(QChar(0xd800)), NameError::ForbiddenCharacter);
    }
    void noUserNames()
    {
        QFETCH(QString, text);
        QFETCH(NameError, error);
        const auto name = UserName::parse(text);
        QVERIFY(!name);
        QVERIFY(name.error() == error);
    }
    void namesThatFoldToTheSameAreTheSame()
    {
        const auto same = [](const QString &a, const QString &b) { return *UserName::parse(a) == *UserName::parse(b); };
        QVERIFY(same(u"Anna"_s, u"aNNA"_s));
        QVERIFY(same(u"Ａnna"_s, u"anna"_s));
        QVERIFY(same(u"ΑΣ"_s, u"ας"_s));
        QVERIFY(same(u"Straße"_s, u"STRASSE"_s));
        QVERIFY(same(u"STRAẞE"_s, u"strasse"_s));
        QVERIFY(same(u"İpek"_s, u"i\u0307pek"_s));
        QVERIFY(same(u"ŉ"_s, u"ʼN"_s));
        QVERIFY(same(u"ΐ"_s, u"\u0399\u0308\u0301"_s));
        QVERIFY(!same(u"ılk"_s, u"ilk"_s)); // a dotless ı folds to itself
        QVERIFY(!same(u"anna"_s, u"аnna"_s)); // a Cyrillic а
        QCOMPARE(qHash(*UserName::parse(u"Anna")), qHash(*UserName::parse(u"ANNA")));
    }

    void clientIds()
    {
        QVERIFY(ClientId::parse(u"x"));
        QVERIFY(ClientId::parse(QString(64, u'x')));
        QVERIFY(!ClientId::parse(u""));
        QVERIFY(!ClientId::parse(QString(65, u'x')));
        const ClientId a = ClientId::generate();
        QCOMPARE(a.toString().size(), 32);
        QVERIFY(a != ClientId::generate());
        QVERIFY(ClientId().isNull());
    }
    void seqsCount()
    {
        QVERIFY(Seq() < Seq(1));
        QCOMPARE(Seq(1).next(), Seq(2));
        QCOMPARE(Seq(7).value(), qint64 { 7 });
    }
};

HEARTH_TEST_MAIN(tst_Ids)
#include "tst_ids.moc"
