#include "server/chat/lookalikes.h"
#include "tests/chat/chattestkit.h"

#include <QCoreApplication>

using namespace hearth;
using namespace hearth::test;
using namespace Qt::Literals::StringLiterals;

namespace {

/// JSON with `%1` filled in. (moc 6.4 loses its way where a raw string ends within a JSON string.)
QByteArray naming(const char *text, const QString &name) { return QByteArray(text).replace("%1", name.toUtf8()); }

} // namespace

class tst_LookAlikes : public Test
{
    Q_OBJECT

private slots:
    void alike_data()
    {
        QTest::addColumn<QString>("a");
        QTest::addColumn<QString>("b");
        QTest::addColumn<bool>("areAlike");
        QTest::newRow("Cyrillic a") << u"anna"_s << u"\u0430nna"_s << true;
        QTest::newRow("Cyrillic a, other case") << u"Anna"_s << u"\u0410NNA"_s << true;
        QTest::newRow("Latin alpha") << u"anna"_s << u"\u0251nna"_s << true;
        QTest::newRow("Greek o") << u"bo"_s << u"b\u03bf"_s << true;
        QTest::newRow("a whole name") << u"coco"_s << u"\u0441\u043e\u0441\u043e"_s << true;
        QTest::newRow("two spaces") << u"anna b"_s << u"anna  b"_s << true;
        QTest::newRow("umlaut") << u"jurgen"_s << u"j\u00fcrgen"_s << false;
        QTest::newRow("another alphabet") << u"anna"_s << u"\u0430\u043d\u043d\u0430"_s << false;
        QTest::newRow("rn and m") << u"arno"_s << u"amo"_s << false;
        QTest::newRow("one and l") << u"ann1"_s << u"annl"_s << false;
        QTest::newRow("the same name") << u"anna"_s << u"Anna"_s << false;
        QTest::newRow("Chinese") << u"\u738b"_s << u"\u674e"_s << false;
        QTest::newRow("a long ligature") << u"\ufdfa"_s << u"anna"_s << false;
    }
    void alike()
    {
        QFETCH(QString, a);
        QFETCH(QString, b);
        QFETCH(bool, areAlike);
        QCOMPARE(areLookAlikes(*UserName::parse(a), *UserName::parse(b)), areAlike);
        QCOMPARE(areLookAlikes(*UserName::parse(b), *UserName::parse(a)), areAlike);
    }

    void nobodyPassesForSomebody()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const QString fake = u"\u0430nna"_s;
        const auto eve = chat.plain();
        const QJsonObject refusal = eve->ask(naming(R"({"type":"hello","user":"%1"})", fake));
        QCOMPARE(refusal.value("code"_L1), u"name_taken"_s);
        QCOMPARE(refusal.value("message"_L1), u"This name looks like anna"_s);
        // Nor without hello.
        eve->forget();
        QCOMPARE(eve->verdict(naming(R"({"type":"message","content":"hi","user":"%1"})", fake)), u"name_taken"_s);
        // Names of their own stay open to all.
        QCOMPARE(chat.plain()->hello(u"\u0430\u043d\u043d\u0430"_s).value("type"_L1), u"welcome"_s);
    }

    /// What nobody owns keeps nobody away.
    void plainNamesTakeNothing()
    {
        Chat chat;
        const auto eve = chat.plain();
        eve->say(naming(R"({"type":"message","content":"hi","user":"%1"})", u"\u0430nna"_s));
        chat.settle();
        QCOMPARE(chat.plain()->hello(u"anna"_s).value("type"_L1), u"welcome"_s);
    }
};

HEARTH_TEST_MAIN(tst_LookAlikes)
#include "tst_lookalikes.moc"
