#include "app/administration.h"
#include "app/invitecommands.h"
#include "app/serverlinks.h"
#include "protocol/codec.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

namespace {

const QDateTime Noon(QDate(2026, 11, 24), QTime(12, 0), Qt::UTC);

QStringList split(const QString &words) { return words.split(u' '); }

} // namespace

class tst_InviteCommands : public test::Test
{
    Q_OBJECT

private slots:
    void asks_data()
    {
        QTest::addColumn<QString>("words");
        QTest::addColumn<QByteArray>("frame");
        const auto row = [](const char *words, const QByteArray &frame) { QTest::newRow(words) << QString::fromLatin1(words) << frame; };
        row("invite create", R"({"type":"create_invite","role":"member"})");
        row("invite create in ops as moderator for 2h uses 10 note for the  new ones",
            R"({"type":"create_invite","room":"ops","role":"moderator","uses":10,"for_seconds":7200,"note":"for the new ones"})");
        row("invite create in #ops", R"({"type":"create_invite","room":"ops","role":"member"})");
        row("invite create uses 10000 as guest", R"({"type":"create_invite","role":"guest","uses":10000})");
        row("invite list", R"({"type":"invites"})");
        row("invite revoke kR2xUQ0dW1mFz9aB", R"({"type":"revoke_invite","invite":"kR2xUQ0dW1mFz9aB"})");
    }
    void asks()
    {
        QFETCH(QString, words);
        QFETCH(QByteArray, frame);
        QVERIFY(isAdministration(split(words).first()));
        const auto request = administrationRequest(split(words), {});
        QVERIFY2(request, request ? "" : qPrintable(request.error()));
        QCOMPARE(codec::encode(ClientRequest { {}, *request }), frame);
    }

    void tells()
    {
        const UserName anna = UserName::parse(u"anna"_s).value();
        const RoomId ops = RoomId::parse(u"ops"_s).value();
        const InviteInfo full { u"i1"_s, ops, Role::Moderator, anna, u"for the new ones"_s, Noon, Noon.addDays(1), 3, 10 };
        const InviteInfo bare { u"i2"_s, {}, Role::Guest, {}, {}, Noon, {}, 0, {} };
        QCOMPARE(wordsFor(InvitesListed {}), u"None."_s);
        QCOMPARE(wordsFor(InvitesListed { { full, bare } }),
                 u"i1\tmoderator in #ops\tused 3 of 10\tby anna\tuntil 2026-11-25 12:00\tfor the new ones\ni2\tguest\tused 0\tby -"_s);
        QCOMPARE(wordsFor(InviteCreated { full, u"the-code"_s }, { u"hearth://a/ops?invite=the-code"_s, u"hearth://b/ops?invite=the-code"_s }),
                 u"Invite: i1\nCode: the-code\nLink: hearth://a/ops?invite=the-code\nLink: hearth://b/ops?invite=the-code"_s);
        QCOMPARE(wordsFor(InviteCreated { bare, u"the-code"_s }, {}), u"Invite: i2\nCode: the-code"_s);
        InviteInfo noted = bare;
        noted.note = u"x\u001b[2J\ty\n"_s;
        QCOMPARE(wordsFor(InvitesListed { { noted } }), u"i2\tguest\tused 0\tby -\tx\ufffd[2J y"_s);
    }

    /// Alone it tells what there is.
    void tellsHowItIsTyped()
    {
        QCOMPARE(administrationRequest({ u"invite"_s }, {}).error(),
                 u"Something is missing behind \"invite\". Usage: hearthd invite create [in ROOM] [as ROLE] [for TIME] [uses N] [note TEXT] | invite list | invite revoke ID"_s);
        QVERIFY(administrationRequest({ u"invite"_s, u"revoke"_s }, {}).error().endsWith(u"Usage: hearthd invite revoke ID"_s));
    }

    void linksLeadToEachAddress()
    {
        ServerSettings settings;
        settings.tls = TlsMode::Off;
        settings.bind = { QHostAddress(u"192.0.2.1"_s), QHostAddress(u"2001:db8::1"_s) };
        settings.port = 7374;
        QVERIFY(fingerprintOf(settings)->isNull());
        QCOMPARE(linksTo(whereaboutsOf(settings, {}), u"ops"_s, u"the-code"_s),
                 (QStringList { u"hearth://192.0.2.1:7374/ops?invite=the-code"_s, u"hearth://[2001:db8::1]:7374/ops?invite=the-code"_s }));
        settings.port = 0;
        QCOMPARE(linksTo(whereaboutsOf(settings, {})), QStringList());
    }

    // ---- rainy ----

    void refuses_data()
    {
        QTest::addColumn<QString>("words");
        QTest::addColumn<QString>("error");
        const auto row = [](const char *words, const QString &error) { QTest::newRow(words) << QString::fromLatin1(words) << error; };
        const QString role = u"moderator, member or guest is expected behind \"as\"."_s;
        const QString uses = u"A number from 1 to 10000 is expected behind \"uses\"."_s;
        row("invite", u"Something is missing behind \"invite\"."_s);
        row("invite bo", u"\"invite bo\" is not a command."_s);
        row("invite create in ops as guest in ops", u"\"in\" is there twice."_s);
        row("invite create bo", u"There is no use for \"bo\"."_s);
        row("invite create because x", u"There is no use for \"because\"."_s);
        row("invite create in", u"Something is missing behind \"in\"."_s);
        row("invite create in Ops", u"That is no room."_s);
        row("invite create as king", role);
        row("invite create as owner", role);
        row("invite create uses 0", uses);
        row("invite create uses 10001", uses);
        row("invite create uses often", uses);
        row("invite create for ever", u"A length of time like 45s, 30m, 2h or 7d is expected, at most ten years."_s);
        row("invite create note", u"Something is missing behind \"note\"."_s);
        row("invite list all", u"There is no use for \"all\"."_s);
        row("invite revoke", u"An ID is missing; invite list tells them."_s);
        row("invite revoke i1 i2", u"There is no use for \"i2\"."_s);
    }
    void refuses()
    {
        QFETCH(QString, words);
        QFETCH(QString, error);
        const auto request = administrationRequest(split(words), {});
        QVERIFY(!request);
        QVERIFY2(request.error().startsWith(error + u" Usage: hearthd invite "_s), qPrintable(request.error()));
    }

    void aNoteHasAnEnd()
    {
        const QStringList words { u"invite"_s, u"create"_s, u"note"_s, QString(201, u'x') };
        QVERIFY(administrationRequest(words, {}).error().startsWith(u"A note has at most 200 characters."_s));
    }
};

HEARTH_TEST_MAIN(tst_InviteCommands)
#include "tst_invitecommands.moc"
