#include "tests/chat/invitetestkit.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>
#include <QDir>
#include <QJsonArray>
#include <QTemporaryDir>

using namespace hearth;
using namespace hearth::test;
using namespace Qt::Literals::StringLiterals;

/// Who may invite whom, who sees the invites, and how many there may be (docs/protocol.md, "Invites").
class tst_Invites : public test::Test
{
    Q_OBJECT

private slots:
    // ---- making, listing, taking back ----

    void oneIsMadeListedAndTakenBack()
    {
        Chat chat;
        const InviteCast cast(chat);
        QJsonObject made = cast.mo->ask(R"({"type":"create_invite","id":1,"room":"ops","role":"guest","uses":10,"for_seconds":60,"note":"for the new ones"})");
        const QString code = made.take("code"_L1).toString();
        QCOMPARE(code.size(), 22);
        const QByteArray id = made.value("invite"_L1).toObject().value("invite"_L1).toString().toUtf8();
        QCOMPARE(id.size(), 16);
        const QByteArray invite = filled(R"({"invite":"%1","room":"ops","role":"guest","by":"mo","note":"for the new ones","timestamp":T,)", id)
            + R"("until":"2026-11-24T12:01:00.000Z","used":0,"max_uses":10})";
        QCOMPARE(made, json(filled(R"({"type":"invite_created","id":1,"invite":%1})", invite)));
        QCOMPARE(cast.anna->ask(R"({"type":"invites","id":2})"), json(filled(R"({"type":"invites","id":2,"invites":[%1]})", invite)));
        QCOMPARE(cast.anna->ask(filled(R"({"type":"revoke_invite","id":3,"invite":"%1"})", id)), json(R"({"type":"ack","id":3,"timestamp":T})"));
        QCOMPARE(cast.mo->ask(R"({"type":"invites"})"), json(R"({"type":"invites","invites":[]})"));
        QCOMPARE(cast.anna->ask(R"({"type":"audit","limit":2})").value("entries"_L1).toArray().first().toObject(),
                 json(R"({"entry":3,"timestamp":T,"by":"anna","deed":"revoke_invite","room":"ops","role":"guest"})"));
        QVERIFY(chat.plain()->verdict(hello("cy", member("invite", code.toUtf8()))) == u"unauthorized"_s);
    }

    void theOldestComesFirstAndTheConsoleHearsAll()
    {
        Chat chat;
        const InviteCast cast(chat);
        const Made first = make(chat, R"(,"room":"den","role":"moderator")");
        const Made second = make(chat);
        QVERIFY(first.code != second.code && first.id != second.id);
        const QByteArray all = filled(R"({"type":"invites","invites":[{"invite":"%1","room":"den","role":"moderator","timestamp":T,"used":0},)"
                                      R"({"invite":"%2","role":"member","timestamp":T,"used":0}]})", first.id, second.id);
        QCOMPARE(administer(chat, R"({"type":"invites"})"), json(all));
        QCOMPARE(cast.anna->ask(R"({"type":"invites"})"), json(all));
    }

    /// Only members ever learn that a private room exists.
    void privateRoomsStayPrivate()
    {
        Chat chat;
        const InviteCast cast(chat);
        const Made den = make(chat, R"(,"room":"den")");
        QCOMPARE(cast.mo->ask(R"({"type":"invites"})"), json(R"({"type":"invites","invites":[]})"));
        cast.mo->say(takeBack(den.id));
        const QByteArray known = cast.mo->nextBytes();
        cast.mo->say(takeBack("AAAAAAAAAAAAAAAA"));
        QCOMPARE(cast.mo->nextBytes(), known);
        cast.mo->say(R"({"type":"create_invite","room":"den"})");
        const QByteArray hidden = cast.mo->nextBytes();
        cast.mo->say(R"({"type":"create_invite","room":"nowhere"})");
        QCOMPARE(cast.mo->nextBytes(), hidden);
        for (const auto &entry : cast.mo->ask(R"({"type":"audit"})").value("entries"_L1).toArray())
            QVERIFY(entry.toObject().value("room"_L1) != u"den"_s);
        QCOMPARE(uses(chat), QList<int> { 0 });
    }

    void refusalsSayWhoMay_data()
    {
        QTest::addColumn<QString>("who");
        QTest::addColumn<QByteArray>("frame");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("message");
        const auto row = [](const char *name, const QString &who, const QByteArray &frame, const QString &code, const QString &message) {
            QTest::newRow(name) << who << frame << code << message;
        };
        const QString no = u"forbidden"_s;
        row("make, by a guest", u"bo"_s, R"({"type":"create_invite"})", no, u"Only moderators can invite people to the chat"_s);
        row("make, by a guest, where there is no room", u"bo"_s, R"({"type":"create_invite","room":"nowhere"})", no, u"Only moderators can invite people to the chat"_s);
        row("list, by a guest", u"bo"_s, R"({"type":"invites"})", no, u"Only moderators can see the invites"_s);
        row("take back, by a guest", u"bo"_s, R"({"type":"revoke_invite","invite":"x"})", no, u"Only moderators can take an invite back"_s);
        row("for moderators, by a moderator", u"mo"_s, R"({"type":"create_invite","role":"moderator"})", no, u"Only owners can invite moderators"_s);
        row("to no room", u"mo"_s, R"({"type":"create_invite","room":"nowhere"})", u"not_found"_s, u"No such room"_s);
        row("for owners", u"anna"_s, R"({"type":"create_invite","role":"owner"})", u"invalid_message"_s, u"Invalid message format"_s);
        row("of none", u"anna"_s, R"({"type":"revoke_invite","invite":"x"})", u"not_found"_s, u"No such invite"_s);
        const QByteArray direct = directRoomId(userName(u"anna"_s), userName(u"mo"_s)).toString().toUtf8();
        row("to a direct room", u"anna"_s, filled(R"({"type":"create_invite","room":"%1"})", direct), no, u"Nobody can be invited to a direct conversation"_s);
        row("to others' direct room", u"bo"_s, filled(R"({"type":"create_invite","room":"%1"})", direct), no, u"Only moderators can invite people to the chat"_s);
    }
    void refusalsSayWhoMay()
    {
        QFETCH(QString, who);
        QFETCH(QByteArray, frame);
        QFETCH(QString, code);
        QFETCH(QString, message);
        Chat chat;
        const InviteCast cast(chat);
        const QJsonObject reply = cast.named(who).ask(frame);
        QCOMPARE(reply.value("code"_L1).toString(), code);
        QCOMPARE(messageOf(reply), message);
        QCOMPARE(uses(chat), QList<int>());
    }

    void whoIsNotSignedInHearsNothing()
    {
        Chat chat;
        const InviteCast cast(chat);
        for (const char *frame : { R"({"type":"create_invite"})", R"({"type":"invites"})", R"({"type":"revoke_invite","invite":"x"})" })
            QCOMPARE(chat.plain()->verdict(frame), u"unauthorized"_s);
        const QByteArray direct = directRoomId(userName(u"anna"_s), userName(u"mo"_s)).toString().toUtf8();
        QCOMPARE(administer(chat, filled(R"({"type":"create_invite","room":"%1"})", direct)).value("code"_L1), u"forbidden"_s);
    }

    void onlyOwnersTakeBackThoseForModerators()
    {
        Chat chat;
        const InviteCast cast(chat);
        const Made made = make(chat, R"(,"role":"moderator")");
        QCOMPARE(cast.mo->ask(takeBack(made.id)),
                 json(R"({"type":"error","message":"Only owners can take back an invite for moderators","code":"forbidden","timestamp":T})"));
        QCOMPARE(cast.anna->verdict(takeBack(made.id)), u"ack"_s);
        QCOMPARE(cast.anna->verdict(takeBack(made.id)), u"not_found"_s);
    }

    void whoIsNoModeratorAnyMoreLosesTheirs_data()
    {
        QTest::addColumn<QByteArray>("deed");
        QTest::newRow("member") << QByteArray(R"({"type":"set_role","user":"mo","role":"member"})");
        QTest::newRow("banned") << QByteArray(R"({"type":"ban","user":"mo"})");
        QTest::newRow("removed") << QByteArray(R"({"type":"remove_user","user":"mo"})");
    }
    void whoIsNoModeratorAnyMoreLosesTheirs()
    {
        QFETCH(QByteArray, deed);
        const QTemporaryDir directory;
        {
            Chat chat(unhurried(), { .directory = directory.path() });
            const InviteCast cast(chat);
            const QByteArray code = cast.mo->ask(R"({"type":"create_invite"})").value("code"_L1).toString().toUtf8();
            const Made kept = make(chat);
            // One that is on its way when they lose the right is not made.
            cast.anna->say(deed);
            cast.mo->say(R"({"type":"create_invite","id":9})");
            chat.settle();
            QCOMPARE(uses(chat), QList<int> { 0 });
            QCOMPARE(chat.plain()->ask(hello("cy", member("invite", code))), dead());
            QCOMPARE(chat.plain()->verdict(hello("cy", by(kept))), u"welcome"_s);
            const QList<QByteArray> heard = cast.mo->takeHeard();
            const auto isMade = [](const QByteArray &frame) { return frame.contains(R"("id":9)") && frame.contains("invite_created"); };
            QVERIFY(std::none_of(heard.begin(), heard.end(), isMade));
        }
        Chat chat(unhurried(), { .directory = directory.path() });
        QCOMPARE(uses(chat), QList<int> { 1 });
    }

    void anOwnerWhoBecomesAModeratorLosesThoseThatMakeModerators()
    {
        const QTemporaryDir directory;
        {
            Chat chat(unhurried(), { .directory = directory.path() });
            const InviteCast cast(chat);
            QCOMPARE(cast.anna->verdict(R"({"type":"set_role","user":"mo","role":"owner"})"), u"ack"_s);
            chat.settle();
            cast.anna->forget();
            cast.mo->forget();
            QCOMPARE(cast.anna->ask(R"({"type":"create_invite","role":"moderator"})").value("type"_L1), u"invite_created"_s);
            QCOMPARE(cast.anna->ask(R"({"type":"create_invite","role":"member"})").value("type"_L1), u"invite_created"_s);
            QCOMPARE(cast.mo->verdict(R"({"type":"set_role","user":"anna","role":"moderator"})"), u"ack"_s);
            QCOMPARE(uses(chat), QList<int> { 0 });
        }
        Chat chat(unhurried(), { .directory = directory.path() });
        QCOMPARE(uses(chat), QList<int> { 0 });
    }

    // ---- limits, and the day after ----

    void makingThemIsBounded()
    {
        ServerSettings settings = unhurried();
        settings.newRooms = { 2, 1 };
        Chat chat(settings);
        const auto anna = chat.welcomed(u"anna"_s);
        QCOMPARE(anna->ask(R"({"type":"create_invite"})").value("type"_L1), u"invite_created"_s);
        QCOMPARE(anna->ask(R"({"type":"create_invite"})").value("type"_L1), u"invite_created"_s);
        QCOMPARE(anna->verdict(R"({"type":"create_invite"})"), u"rate_limited"_s);
    }

    void thereAreAtMostAThousand()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        for (int i = 0; i < 999; ++i)
            anna->say(R"({"type":"create_invite","for_seconds":60})");
        anna->say(R"({"type":"create_invite"})");
        anna->say(R"({"type":"create_invite"})"); // those on their way count
        QCOMPARE(anna->next(u"error"_s),
                 json(R"({"type":"error","message":"There are too many invites; take some back first","code":"conflict","timestamp":T})"));
        chat.settle();
        QCOMPARE(uses(chat).size(), 1'000);
        anna->forget();
        QCOMPARE(anna->verdict(R"({"type":"create_invite"})"), u"conflict"_s);
        chat.passSeconds(60); // those that have ended do not
        QCOMPARE(anna->ask(R"({"type":"create_invite"})").value("type"_L1), u"invite_created"_s);
        QCOMPARE(uses(chat).size(), 2);
    }

    void everythingSurvivesARestart()
    {
        const QTemporaryDir directory;
        Made once;
        Made twice;
        Made gone;
        {
            Chat chat(unhurried(), { .directory = directory.path() });
            const auto anna = chat.welcomed(u"anna"_s);
            once = make(chat, R"(,"uses":1)");
            twice = make(chat, R"(,"uses":2,"for_seconds":60)");
            gone = make(chat);
            QCOMPARE(administer(chat, takeBack(gone.id)).value("type"_L1), u"ack"_s);
            QCOMPARE(chat.plain()->verdict(hello("bo", by(once))), u"welcome"_s);
            QCOMPARE(chat.plain()->verdict(hello("cy", by(twice))), u"welcome"_s);
        }
        Chat chat(unhurried(), { .directory = directory.path() });
        QCOMPARE(chat.directory().user(userName(u"bo"_s))->role, Role::Member);
        QCOMPARE(uses(chat), QList<int> { 1 });
        for (const Made &made : { once, gone })
            QCOMPARE(chat.plain()->ask(hello("dora", by(made))), dead());
        QCOMPARE(chat.plain()->verdict(hello("dora", by(twice))), u"welcome"_s);
        QCOMPARE(chat.plain()->ask(hello("eve", by(twice))), dead());
    }

    /// The code is nowhere but in the one reply.
    void theCodeIsNotKept()
    {
        const QTemporaryDir directory;
        QByteArray code;
        {
            Chat chat(unhurried(), { .directory = directory.path() });
            const auto anna = chat.welcomed(u"anna"_s);
            code = make(chat).code;
            QVERIFY(!QJsonDocument(administer(chat, R"({"type":"invites"})")).toJson().contains(code));
            QCOMPARE(chat.plain()->verdict(hello("bo", member("invite", code))), u"welcome"_s);
        }
        for (const QString &name : QDir(directory.path()).entryList(QDir::Files)) {
            QFile file(directory.filePath(name));
            QVERIFY(file.open(QIODevice::ReadOnly));
            QVERIFY2(!file.readAll().contains(code), qPrintable(name));
        }
    }
};

HEARTH_SERVER_TEST_MAIN(tst_Invites)
#include "tst_invites.moc"
