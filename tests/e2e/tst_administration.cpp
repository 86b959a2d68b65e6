#include "tests/e2e/bareclient.h"
#include "tests/e2e/serverprocess.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>
#include <QTemporaryDir>

using namespace hearth::test;
using namespace Qt::Literals::StringLiterals;

namespace {

const QString Hearthd = QStringLiteral(HEARTHD);

} // namespace

class tst_Administration : public Test
{
    Q_OBJECT

private:
    [[nodiscard]] QString data() const { return m_base->filePath(u"data"_s); }
    [[nodiscard]] Ended command(const QStringList &words) const { return run(Hearthd, QStringList { u"--data"_s, data() } + words); }

    std::unique_ptr<QTemporaryDir> m_base;

private slots:
    void init()
    {
        Test::init();
        m_base = std::make_unique<QTemporaryDir>();
    }

    void listsUsersWhetherTheServerRunsOrNot()
    {
        ServerProcess server(Hearthd, data());
        QVERIFY(server.start());
        BareClient anna(server.url());
        anna.say(u"{\"type\":\"hello\",\"user\":\"anna\"}"_s);
        QVERIFY(!anna.next(u"welcome"_s).isEmpty());
        const Ended running = command({ u"user"_s, u"list"_s });
        QVERIFY2(running.code == 0, qPrintable(running.errors));
        QCOMPARE(running.output, u"anna\towner, online\n"_s);
        anna.socket().close();
        QTRY_VERIFY(command({ u"user"_s, u"list"_s }).output.startsWith(u"anna\towner, last seen "_s));
        QCOMPARE(server.terminate(), 0);

        const Ended alone = command({ u"user"_s, u"list"_s });
        QVERIFY2(alone.code == 0, qPrintable(alone.errors));
        QVERIFY2(alone.output.startsWith(u"anna\towner, last seen "_s), qPrintable(alone.output));
        QCOMPARE(alone.errors, QString());
    }

    /// Of those in charge too, and over a restart.
    void moderatesWhetherTheServerRunsOrNot()
    {
        QString token;
        const auto helloOf = [&token](const QString &user) {
            return QString::fromUtf8(QJsonDocument(QJsonObject { { u"type"_s, u"hello"_s }, { u"user"_s, user }, { u"token"_s, token } }).toJson());
        };
        {
            ServerProcess server(Hearthd, data());
            QVERIFY(server.start());
            BareClient anna(server.url());
            anna.say(u"{\"type\":\"hello\",\"user\":\"anna\"}"_s);
            QVERIFY(!anna.next(u"welcome"_s).isEmpty());
            BareClient bo(server.url());
            bo.say(u"{\"type\":\"hello\",\"user\":\"bo\"}"_s);
            token = bo.next(u"welcome"_s).value("token"_L1).toString();
            QVERIFY(!token.isEmpty());
            const Ended banned = command({ u"ban"_s, u"bo"_s, u"for"_s, u"2h"_s, u"because"_s, u"spam"_s });
            QVERIFY2(banned.code == 0, qPrintable(banned.errors));
            QCOMPARE(banned.output, u"Done.\n"_s);
            QCOMPARE(bo.next(u"error"_s).value("removal"_L1).toObject().value("kind"_L1).toString(), u"banned"_s);
            QTRY_VERIFY(bo.isClosed());
            QCOMPARE(bo.socket().closeCode(), QWebSocketProtocol::CloseCodePolicyViolated);
            const Ended none = command({ u"kick"_s, u"dee"_s });
            QCOMPARE(none.code, 1);
            QVERIFY2(none.errors.endsWith(u"No such user.\n"_s), qPrintable(none.errors));
            QCOMPARE(server.terminate(), 0);
        }
        {
            ServerProcess server(Hearthd, data());
            QVERIFY(server.start());
            BareClient bo(server.url());
            bo.say(helloOf(u"bo"_s));
            QCOMPARE(bo.next(u"error"_s).value("code"_L1).toString(), u"forbidden"_s);
            QCOMPARE(server.terminate(), 0);
        }
        QVERIFY(command({ u"bans"_s }).output.startsWith(u"banned\tbo\tby -\tuntil "_s));
        QCOMPARE(command({ u"unban"_s, u"bo"_s }).output, u"Done.\n"_s);
        QCOMPARE(command({ u"role"_s, u"bo"_s, u"moderator"_s }).output, u"Done.\n"_s);
        QCOMPARE(command({ u"audit"_s }).output.count(u'\n'), 3);
        ServerProcess server(Hearthd, data());
        QVERIFY(server.start());
        BareClient bo(server.url());
        bo.say(helloOf(u"bo"_s));
        QCOMPARE(bo.next(u"welcome"_s).value("role"_L1).toString(), u"moderator"_s);
    }

    // ---- rainy ----

    void refuses_data()
    {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("error");
        QTest::newRow("nothing there") << QStringList { u"user"_s, u"list"_s } << 1
                                       << u"has no database.\n"_s;
        QTest::newRow("no such command") << QStringList { u"user"_s, u"lift"_s } << 2 << u"\"user lift\" is not a command"_s;
    }
    void refuses()
    {
        QFETCH(QStringList, words);
        QFETCH(int, code);
        QFETCH(QString, error);
        const Ended ended = command(words);
        QCOMPARE(ended.code, code);
        QVERIFY2(ended.errors.contains(error), qPrintable(ended.errors));
        QCOMPARE(ended.errors.trimmed().count(u'\n'), 0);
        QCOMPARE(ended.output, QString());
        QVERIFY(!QFile::exists(data())); // nothing is made by looking
    }
};

HEARTH_TEST_MAIN(tst_Administration)
#include "tst_administration.moc"
