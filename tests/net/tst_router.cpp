#include "server/net/channel.h"
#include "server/net/router.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

class tst_Router : public test::Test
{
    Q_OBJECT

private slots:
    void match_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("expected"); // channel and parameter
        QTest::newRow("literal") << u"/chat"_s << u"chat"_s;
        QTest::newRow("parameter") << u"/chat/ops"_s << u"room=ops"_s;
        QTest::newRow("percent-encoded") << u"/chat/a%2Fb"_s << u"room=a/b"_s;
        QTest::newRow("first pattern wins") << u"/chat/first"_s << u"first"_s;
        QTest::newRow("root") << u"/"_s << u""_s;
        QTest::newRow("empty parameter") << u"/chat/"_s << u""_s;
        QTest::newRow("too many segments") << u"/chat/a/b"_s << u""_s;
        QTest::newRow("other case") << u"/Chat"_s << u""_s;
        QTest::newRow("unknown") << u"/talk"_s << u""_s;
        QTest::newRow("no slash") << u"chat"_s << u""_s;
        QTest::newRow("empty") << u""_s << u""_s;
        QTest::newRow("not UTF-8") << u"/chat/%ff"_s << u""_s;
        QTest::newRow("NUL") << u"/chat/a%00"_s << u""_s;
    }

    void match()
    {
        QFETCH(QString, path);
        QFETCH(QString, expected);
        Channel chat;
        Channel first;
        Channel room;
        Router router;
        router.add(u"/chat"_s, chat);
        router.add(u"/chat/first"_s, first);
        router.add(u"/chat/:room"_s, room);
        const auto found = router.match(path);
        QString got;
        if (found && found->channel == &chat)
            got = u"chat"_s;
        else if (found && found->channel == &first)
            got = u"first"_s;
        else if (found && found->channel == &room)
            got = u"room="_s + found->parameters.value(u"room"_s);
        QCOMPARE(got, expected);
    }
};

HEARTH_TEST_MAIN(tst_Router)
#include "tst_router.moc"
