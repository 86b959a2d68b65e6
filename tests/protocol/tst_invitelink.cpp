#include "protocol/invitelink.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

class tst_InviteLink : public test::Test
{
    Q_OBJECT

private slots:
    void links_data()
    {
        QTest::addColumn<QString>("host");
        QTest::addColumn<int>("port");
        QTest::addColumn<bool>("hasKey");
        QTest::addColumn<QString>("room");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("link");
        const QString fp = keyOfTest().toString();
        QTest::newRow("bare") << u"chat.example"_s << 7373 << false << QString() << QString() << u"hearth://chat.example/"_s;
        QTest::newRow("port") << u"chat.example"_s << 7374 << false << QString() << QString() << u"hearth://chat.example:7374/"_s;
        QTest::newRow("IPv6") << u"2001:db8::1"_s << 7374 << false << u"ops"_s << QString() << u"hearth://[2001:db8::1]:7374/ops"_s;
        QTest::newRow("key") << u"192.0.2.1"_s << 7373 << true << QString() << QString() << u"hearth://192.0.2.1/?fp="_s + fp;
        QTest::newRow("code, without TLS") << u"192.0.2.1"_s << 7373 << false << QString() << u"mZ0pYw7Qk1uXrB5cT2aE9g"_s
                                           << u"hearth://192.0.2.1/?invite=mZ0pYw7Qk1uXrB5cT2aE9g"_s;
        QTest::newRow("everything") << u"192.0.2.1"_s << 7374 << true << u"ops"_s << u"m-_pYw7Qk1uXrB5cT2aE9g"_s
                                    << u"hearth://192.0.2.1:7374/ops?fp="_s + fp + u"&invite=m-_pYw7Qk1uXrB5cT2aE9g"_s;
    }
    void links()
    {
        QFETCH(QString, host);
        QFETCH(int, port);
        QFETCH(bool, hasKey);
        QFETCH(QString, room);
        QFETCH(QString, code);
        const Fingerprint key = hasKey ? keyOfTest() : Fingerprint();
        QTEST(inviteLink(host, static_cast<quint16>(port), key, room, code), "link");
    }

private:
    static Fingerprint keyOfTest() { return Fingerprint::ofKey("a key"); }
};

HEARTH_TEST_MAIN(tst_InviteLink)
#include "tst_invitelink.moc"
