#include "tests/chat/chatcast.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QTemporaryDir>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;
using test::Chat;
using test::Client;
using test::filled;
using test::json;
using test::messageOf;
using test::tokenOf;
using test::unhurried;

namespace {

/// And Cy, another guest.
struct ModerationCast : test::Cast
{
    explicit ModerationCast(Chat &chat) : Cast(chat), cy(chat.welcomed(u"cy"_s))
    {
        chat.settle();
        forget();
        cy->forget();
    }

    [[nodiscard]] Client &named(const QString &name) const { return name == "cy"_L1 ? *cy : Cast::named(name); }

    std::unique_ptr<Client> cy;
};

} // namespace

/// What those in charge do, and what it means for whom they do it to (docs/protocol.md, "Moderation").
class tst_Moderation : public test::Test
{
    Q_OBJECT

private slots:
    // ---- roles ----

    void everybodyConcernedHearsOfARole()
    {
        Chat chat;
        const ModerationCast cast(chat);
        QCOMPARE(cast.anna->ask(R"({"type":"set_role","id":1,"user":"BO","role":"member"})"), json(R"({"type":"ack","id":1,"timestamp":T})"));
        const QJsonObject update = json(R"({"type":"update","resource":"user","id":"bo","user":"bo","state":"online","role":"member"})");
        QCOMPARE(cast.bo->next(), update);
        QCOMPARE(cast.cy->next(), update);
        QCOMPARE(cast.anna->next(), update);
        QCOMPARE(cast.bo->ask(R"({"type":"set_role","user":"cy","role":"member"})").value("code"_L1), u"forbidden"_s);
    }

    void anOwnerMayMakeAnother()
    {
        Chat chat;
        const ModerationCast cast(chat);
        QCOMPARE(messageOf(cast.anna->ask(R"({"type":"set_role","user":"anna","role":"member"})")),
                 u"The last owner stays one: make somebody else an owner first"_s);
        QCOMPARE(cast.anna->verdict(R"({"type":"set_role","user":"mo","role":"owner"})"), u"ack"_s);
        chat.settle();
        cast.anna->forget();
        cast.mo->forget();
        QCOMPARE(cast.anna->verdict(R"({"type":"set_role","user":"anna","role":"guest"})"), u"ack"_s);
        chat.settle();
        cast.anna->forget();
        QCOMPARE(cast.anna->verdict(R"({"type":"bans"})"), u"forbidden"_s);
        QCOMPARE(cast.mo->verdict(R"({"type":"set_role","user":"anna","role":"member"})"), u"update"_s); // of anna, from before
    }

    void aRoleSurvivesGoingAway()
    {
        const QTemporaryDir directory;
        {
            Chat chat(unhurried(), { .directory = directory.path() });
            const ModerationCast cast(chat);
            // Both in one turn: what is remembered of the last visit must not take the role back.
            cast.anna->say(R"({"type":"set_role","user":"bo","role":"moderator"})");
            cast.bo->leave();
            chat.settle();
        }
        Chat chat(unhurried(), { .directory = directory.path() });
        QCOMPARE(chat.directory().user(UserName::parse(u"bo"_s).value())->role, Role::Moderator);
    }

    // ---- who may what ----

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
        row("role", u"bo"_s, R"({"type":"set_role","user":"cy","role":"member"})", no, u"Only owners can change roles"_s);
        row("role, by a moderator", u"mo"_s, R"({"type":"set_role","user":"cy","role":"member"})", no, u"Only owners can change roles"_s);
        row("kick", u"bo"_s, R"({"type":"kick","user":"cy"})", no, u"Only moderators can remove somebody from the chat"_s);
        row("kick from a room", u"bo"_s, R"({"type":"kick","user":"cy","room":"lobby"})", no, u"Only moderators can remove somebody from a room"_s);
        row("ban", u"bo"_s, R"({"type":"ban","user":"cy"})", no, u"Only moderators can ban somebody"_s);
        row("unban", u"bo"_s, R"({"type":"unban","user":"cy"})", no, u"Only moderators can lift a ban"_s);
        row("bans", u"bo"_s, R"({"type":"bans"})", no, u"Only moderators can see who is banned"_s);
        row("mute", u"bo"_s, R"({"type":"mute","user":"cy"})", no, u"Only moderators can mute somebody"_s);
        row("unmute", u"bo"_s, R"({"type":"unmute","user":"cy"})", no, u"Only moderators can let somebody speak again"_s);
        row("slow mode", u"bo"_s, R"({"type":"set_slow_mode","room":"lobby","seconds":5})", no, u"Only moderators can slow a room down"_s);
        row("close", u"bo"_s, R"({"type":"close_room","room":"lobby"})", no, u"Only moderators can close or open a room"_s);
        row("audit", u"bo"_s, R"({"type":"audit"})", no, u"Only moderators can see the audit log"_s);
        row("admit", u"bo"_s, R"({"type":"admit","user":"dee"})", no, u"Only moderators can let guests in"_s);
        row("guests", u"bo"_s, R"({"type":"waiting_guests"})", no, u"Only moderators can see who waits to be let in"_s);
        row("an owner", u"mo"_s, R"({"type":"ban","user":"anna"})", no, u"Nobody can do that to an owner"_s);
        row("an owner, muted", u"mo"_s, R"({"type":"mute","user":"anna"})", no, u"Nobody can do that to an owner"_s);
        row("oneself", u"mo"_s, R"({"type":"kick","user":"MO"})", no, u"You cannot do that to yourself"_s);
        row("nobody", u"mo"_s, R"({"type":"ban","user":"zed"})", u"not_found"_s, u"No such user"_s);
        row("role of nobody", u"anna"_s, R"({"type":"set_role","user":"zed","role":"member"})", u"not_found"_s, u"No such user"_s);
        row("no ban", u"mo"_s, R"({"type":"unban","user":"cy"})", u"not_found"_s, u"No such ban"_s);
        row("not muted", u"mo"_s, R"({"type":"unmute","user":"cy"})", u"not_found"_s, u"They are not muted there"_s);
        row("no guest", u"mo"_s, R"({"type":"admit","user":"dee"})", u"not_found"_s, u"Nobody of that name waits to be let in"_s);
        row("this computer", u"mo"_s, R"({"type":"ban","address":"127.0.0.1"})", no, u"The server's own computer cannot be banned"_s);
        row("this computer, IPv6", u"mo"_s, R"({"type":"ban","address":"::1"})", no, u"The server's own computer cannot be banned"_s);
        row("everybody", u"mo"_s, R"({"type":"ban","address":"0.0.0.0/0"})", no, u"The server's own computer cannot be banned"_s);
        row("no address", u"mo"_s, R"({"type":"ban","address":"10"})", u"invalid_message"_s,
            u"This is no address: 192.0.2.1, 192.0.2.0/24 and 2001:db8::/32 are"_s);
    }
    void refusalsSayWhoMay()
    {
        QFETCH(QString, who);
        QFETCH(QByteArray, frame);
        QFETCH(QString, code);
        QFETCH(QString, message);
        Chat chat;
        const ModerationCast cast(chat);
        const QJsonObject refused = cast.named(who).ask(frame);
        QCOMPARE(refused.value("code"_L1).toString(), code);
        QCOMPARE(messageOf(refused), message);
        chat.settle();
        QVERIFY(cast.cy->heardTypes().isEmpty());
        QCOMPARE(cast.anna->ask(R"({"type":"audit"})").value("entries"_L1).toArray().size(), 1); // mo's role, and nothing else
    }


    void whatOthersWroteIsExplained()
    {
        Chat chat;
        const ModerationCast cast(chat);
        const QByteArray seq = QByteArray::number(cast.anna->ask(R"({"type":"message","content":"hi","id":1})").value("seq"_L1).toInteger());
        const auto refusal = [&](Client &who, const char *frame) {
            chat.settle();
            who.forget();
            return who.ask(QByteArray(frame).replace("%1", seq)).value("message"_L1).toString();
        };
        QCOMPARE(refusal(*cast.bo, R"({"type":"delete","room":"lobby","seq":%1})"), u"Only moderators can delete what somebody else wrote"_s);
        QCOMPARE(refusal(*cast.bo, R"({"type":"edit","room":"lobby","seq":%1,"content":"ho"})"), u"Only whoever wrote a message can change it"_s);
        QCOMPARE(refusal(*cast.mo, R"({"type":"edit","room":"lobby","seq":%1,"content":"ho"})"), u"Only whoever wrote a message can change it"_s);
    }

    void moderatorsAreForOwners()
    {
        Chat chat;
        const ModerationCast cast(chat);
        QCOMPARE(cast.anna->verdict(R"({"type":"set_role","user":"cy","role":"moderator"})"), u"ack"_s);
        chat.settle();
        cast.mo->forget();
        cast.anna->forget();
        QCOMPARE(messageOf(cast.mo->ask(R"({"type":"kick","user":"cy"})")), u"Only owners can do that to a moderator"_s);
        QCOMPARE(cast.anna->verdict(R"({"type":"kick","user":"cy"})"), u"ack"_s);
        QVERIFY(!cast.cy->isOpen());
    }

    void plainClientsModerateNothing()
    {
        Chat chat;
        const auto plain = chat.plain();
        QCOMPARE(plain->verdict(R"({"type":"kick","user":"anna"})"), u"unauthorized"_s);
        QCOMPARE(plain->verdict(R"({"type":"audit"})"), u"unauthorized"_s);
    }

    /// Whoever may not know of a room hears the same of it as of one that is not there, byte for byte.
    void hiddenRoomsStayHidden_data()
    {
        QTest::addColumn<QByteArray>("frame");
        QTest::newRow("kick") << QByteArray(R"({"type":"kick","user":"cy","room":"%1"})");
        QTest::newRow("mute") << QByteArray(R"({"type":"mute","user":"cy","room":"%1"})");
        QTest::newRow("unmute") << QByteArray(R"({"type":"unmute","user":"cy","room":"%1"})");
        QTest::newRow("slow mode") << QByteArray(R"({"type":"set_slow_mode","seconds":5,"room":"%1"})");
        QTest::newRow("close") << QByteArray(R"({"type":"close_room","room":"%1"})");
    }
    void hiddenRoomsStayHidden()
    {
        QFETCH(QByteArray, frame);
        Chat chat;
        const ModerationCast cast(chat);
        QCOMPARE(cast.cy->verdict(R"({"type":"create_room","room":"den","kind":"private"})"), u"room"_s);
        for (Client *who : { cast.mo.get(), cast.anna.get(), cast.bo.get() }) {
            who->say(QByteArray(frame).replace("%1", "den"));
            const QByteArray hidden = who->nextBytes();
            who->say(QByteArray(frame).replace("%1", "nowhere"));
            QCOMPARE(hidden, who->nextBytes());
        }
    }

    /// Nor do the lists that moderators see tell of it.
    void listsTellOfNoHiddenRoom()
    {
        Chat chat;
        const ModerationCast cast(chat);
        QCOMPARE(cast.mo->verdict(R"({"type":"create_room","room":"den","kind":"private"})"), u"room"_s);
        QCOMPARE(cast.mo->verdict(R"({"type":"invite","room":"den","user":"cy"})"), u"ack"_s);
        chat.settle();
        cast.mo->forget();
        cast.cy->forget();
        QCOMPARE(messageOf(cast.mo->ask(R"({"type":"mute","user":"bo","room":"den"})")), u"No such member"_s);
        chat.settle();
        QVERIFY(cast.bo->heardTypes().isEmpty());
        QCOMPARE(cast.mo->verdict(R"({"type":"mute","user":"cy","room":"den"})"), u"ack"_s);
        QCOMPARE(cast.cy->next(), json(R"({"type":"muted","room":"den","is_muted":true,"by":"mo"})"));
        QCOMPARE(cast.mo->ask(R"({"type":"audit"})").value("entries"_L1).toArray().size(), 2);
        QCOMPARE(cast.mo->ask(R"({"type":"bans"})").value("mutes"_L1).toArray().size(), 1);
        QCOMPARE(cast.anna->ask(R"({"type":"audit"})").value("entries"_L1).toArray().size(), 1);
        QCOMPARE(cast.anna->ask(R"({"type":"bans"})").value("mutes"_L1).toArray().size(), 0);
    }

    // ---- kick ----

    void outOfARoom()
    {
        Chat chat;
        const ModerationCast cast(chat);
        QCOMPARE(cast.mo->ask(R"({"type":"kick","id":3,"user":"bo","room":"lobby","reason":"loud"})"),
                 json(R"({"type":"ack","id":3,"room":"lobby","timestamp":T})"));
        QCOMPARE(cast.bo->next(), json(R"({"type":"left","room":"lobby","by":"mo","reason":"loud"})"));
        QCOMPARE(cast.cy->next(u"member"_s), json(R"({"type":"member","room":"lobby","seq":5,"user":"bo","timestamp":T,"change":"left","by":"mo"})"));
        QVERIFY(cast.bo->isOpen());
        QCOMPARE(cast.bo->verdict(R"({"type":"message","content":"hi","id":1})"), u"forbidden"_s);
        QCOMPARE(cast.bo->verdict(R"({"type":"join","room":"lobby"})"), u"joined"_s); // it was no ban
        cast.mo->forget();
        QCOMPARE(cast.mo->verdict(R"({"type":"kick","user":"zed","room":"lobby"})"), u"not_found"_s);
        const QJsonArray entries = cast.mo->ask(R"({"type":"audit","limit":1})").value("entries"_L1).toArray();
        QCOMPARE(entries.first().toObject(), json(R"({"entry":2,"timestamp":T,"by":"mo","deed":"kick","user":"bo","room":"lobby","reason":"loud"})"));
    }

    void outOfTheChat()
    {
        Chat chat;
        const ModerationCast cast(chat);
        QCOMPARE(cast.mo->verdict(R"({"type":"kick","user":"bo","reason":"loud"})"), u"ack"_s);
        QCOMPARE(cast.bo->next(), json(R"({"type":"error","message":"You were removed by mo: loud","code":"forbidden","timestamp":T,
                                           "removal":{"kind":"kicked","by":"mo","reason":"loud"}})"));
        QCOMPARE(cast.bo->closeCode(), 1008);
    }

    void notOutOfADirectRoom()
    {
        Chat chat;
        const ModerationCast cast(chat);
        const QByteArray room = cast.mo->ask(R"({"type":"direct","user":"bo"})").value("room"_L1).toString().toUtf8();
        QCOMPARE(cast.mo->verdict(filled(R"({"type":"kick","user":"bo","room":"%1"})", room)), u"forbidden"_s);
        QCOMPARE(cast.mo->verdict(filled(R"({"type":"mute","user":"bo","room":"%1"})", room)), u"forbidden"_s);
        QCOMPARE(cast.mo->verdict(filled(R"({"type":"close_room","room":"%1"})", room)), u"forbidden"_s);
    }

    // ---- bans ----

    void banOfAUser()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const auto bo = chat.plain();
        const QByteArray token = tokenOf(bo->hello(u"bo"_s));
        chat.settle();
        bo->forget();
        anna->forget();
        QCOMPARE(anna->verdict(R"({"type":"ban","user":"bo","for_seconds":3600,"reason":"spam"})"), u"ack"_s);
        const QByteArray banned = R"({"type":"error","message":"You are banned by anna until 2026-11-24 13:00 UTC: spam","code":"forbidden","timestamp":T,
                                      "removal":{"kind":"banned","by":"anna","until":"2026-11-24T13:00:00.000Z","reason":"spam"}})";
        QCOMPARE(bo->next(), json(banned));
        QCOMPARE(bo->closeCode(), 1008);
        // Not with the token, and whoever has none learns nothing.
        const auto again = chat.plain();
        QCOMPARE(again->ask(R"({"type":"hello","user":"bo")" + token + '}'), json(banned));
        QCOMPARE(again->closeCode(), 1008);
        const auto stranger = chat.plain();
        QCOMPARE(stranger->verdict(R"({"type":"hello","user":"bo"})"), u"name_taken"_s);
        // Until it ends.
        chat.passSeconds(3'600);
        const auto later = chat.plain();
        QCOMPARE(later->verdict(R"({"type":"hello","user":"bo")" + token + '}'), u"welcome"_s);
    }

    void banSurvivesARestart()
    {
        const QTemporaryDir directory;
        QByteArray token;
        {
            Chat chat(unhurried(), { .directory = directory.path() });
            const auto anna = chat.welcomed(u"anna"_s);
            const auto bo = chat.plain();
            token = tokenOf(bo->hello(u"bo"_s));
            chat.settle();
            anna->forget();
            QCOMPARE(anna->verdict(R"({"type":"ban","user":"bo"})"), u"ack"_s);
        }
        Chat chat(unhurried(), { .directory = directory.path() });
        const auto bo = chat.plain();
        QCOMPARE(bo->verdict(R"({"type":"hello","user":"bo")" + token + '}'), u"forbidden"_s);
    }

    void unbanLetsBackIn()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const auto bo = chat.plain();
        const QByteArray token = tokenOf(bo->hello(u"bo"_s));
        chat.settle();
        anna->forget();
        QCOMPARE(anna->verdict(R"({"type":"ban","user":"bo"})"), u"ack"_s);
        anna->forget();
        QCOMPARE(anna->ask(R"({"type":"bans","id":1})"),
                 json(R"({"type":"bans","id":1,"bans":[{"user":"bo","by":"anna","timestamp":T}],"mutes":[]})"));
        QCOMPARE(anna->verdict(R"({"type":"unban","user":"Bo"})"), u"ack"_s);
        const auto again = chat.plain();
        QCOMPARE(again->verdict(R"({"type":"hello","user":"bo")" + token + '}'), u"welcome"_s);
    }

    void onlyOwnersChangeWhatAnOwnerDid_data()
    {
        QTest::addColumn<QByteArray>("first"); // of an owner, or the command line
        QTest::addColumn<QByteArray>("second");
        QTest::newRow("unban") << QByteArray(R"({"type":"ban","user":"bo"})") << QByteArray(R"({"type":"unban","user":"bo"})");
        QTest::newRow("shorter ban") << QByteArray(R"({"type":"ban","user":"bo"})") << QByteArray(R"({"type":"ban","user":"bo","for_seconds":1})");
        QTest::newRow("unban of an address") << QByteArray(R"({"type":"ban","address":"192.0.2.0/24"})") << QByteArray(R"({"type":"unban","address":"192.0.2.0/24"})");
        QTest::newRow("unmute") << QByteArray(R"({"type":"mute","user":"bo"})") << QByteArray(R"({"type":"unmute","user":"bo"})");
        QTest::newRow("shorter mute") << QByteArray(R"({"type":"mute","user":"bo","room":"lobby"})")
                                      << QByteArray(R"({"type":"mute","user":"bo","room":"lobby","for_seconds":1})");
    }
    void onlyOwnersChangeWhatAnOwnerDid()
    {
        QFETCH(QByteArray, first);
        QFETCH(QByteArray, second);
        for (const bool isOfCommandLine : { false, true }) {
            Chat chat;
            const ModerationCast cast(chat);
            if (isOfCommandLine)
                QCOMPARE(test::administer(chat, first).value("type"_L1), u"ack"_s);
            else
                QCOMPARE(cast.anna->verdict(first), u"ack"_s);
            chat.settle();
            cast.mo->forget();
            const auto before = chat.directory().sanctions().bans(QDateTime()).size() + chat.directory().sanctions().mutes(QDateTime()).size();
            const QJsonObject refused = cast.mo->ask(second);
            QCOMPARE(refused.value("code"_L1), u"forbidden"_s);
            QCOMPARE(messageOf(refused), u"Only owners can change what an owner did"_s);
            QCOMPARE(chat.directory().sanctions().bans(QDateTime()).size() + chat.directory().sanctions().mutes(QDateTime()).size(), before);
            cast.anna->forget();
            QCOMPARE(cast.anna->verdict(second), u"ack"_s);
        }
    }

    void banOfAPlainName()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const auto bo = chat.plain();
        QCOMPARE(bo->verdict(R"({"type":"message","content":"hi","user":"bo"})"), u"message"_s);
        chat.settle();
        anna->forget();
        QCOMPARE(anna->verdict(R"({"type":"ban","user":"bo"})"), u"ack"_s);
        QCOMPARE(bo->closeCode(), 1008);
        const auto again = chat.plain();
        QCOMPARE(again->verdict(R"({"type":"message","content":"hi","user":"bo"})"), u"forbidden"_s);
        QCOMPARE(again->closeCode(), 1008);
    }

    void banOfAnAddress()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        Client far(chat.channel(), {}, u"192.0.2.7"_s);
        far.hello(u"bo"_s);
        chat.settle();
        far.forget();
        anna->forget();
        QCOMPARE(anna->verdict(R"({"type":"ban","address":"192.0.2.9/24","reason":"spam"})"), u"ack"_s);
        QCOMPARE(far.next().value("code"_L1), u"forbidden"_s);
        QCOMPARE(far.closeCode(), 1008);
        Client again(chat.channel(), {}, u"::ffff:192.0.2.8"_s);
        QCOMPARE(again.next().value("type"_L1), u"connected"_s);
        QVERIFY(again.isOpen()); // a client listens to nobody before it has checked the key
        anna->say(R"({"type":"message","content":"secret","id":1})");
        QCOMPARE(anna->next(u"ack"_s).value("id"_L1), 1);
        chat.settle();
        QCOMPARE(again.ask(R"({"type":"hello","id":1,"user":"dee"})"),
                 json(R"({"type":"error","id":1,"message":"You are banned by anna: spam","code":"forbidden","timestamp":T,
                          "removal":{"kind":"banned","by":"anna","reason":"spam"}})"));
        QCOMPARE(again.closeCode(), 1008);
        Client other(chat.channel(), {}, u"192.0.3.8"_s);
        QVERIFY(other.isOpen());
        anna->forget();
        QCOMPARE(anna->verdict(R"({"type":"unban","address":"192.0.2.0/24"})"), u"ack"_s);
        Client back(chat.channel(), {}, u"192.0.2.8"_s);
        QVERIFY(back.isOpen());
    }

    void whoIsBannedAndSilentIsSentAway()
    {
        ServerSettings settings = unhurried();
        settings.handshakeTimeout = std::chrono::milliseconds(1);
        Chat chat(settings);
        const auto anna = chat.welcomed(u"anna"_s);
        QCOMPARE(anna->verdict(R"({"type":"ban","address":"192.0.2.9"})"), u"ack"_s);
        Client silent(chat.channel(), {}, u"192.0.2.9"_s);
        QCOMPARE(silent.next().value("type"_L1), u"connected"_s);
        QCOMPARE(silent.next().value("code"_L1), u"forbidden"_s);
        QCOMPARE(silent.closeCode(), 1008);
    }

    void noOwnerIsBannedByAddress()
    {
        Chat chat;
        Client anna(chat.channel(), {}, u"192.0.2.1"_s);
        anna.hello(u"anna"_s);
        Client mo(chat.channel(), {}, u"192.0.3.1"_s);
        mo.hello(u"mo"_s);
        chat.settle();
        anna.forget();
        QCOMPARE(anna.verdict(R"({"type":"set_role","user":"mo","role":"moderator"})"), u"ack"_s);
        chat.settle();
        mo.forget();
        QCOMPARE(messageOf(mo.ask(R"({"type":"ban","address":"192.0.2.0/24"})")), u"anna is connected from that address"_s);
        QCOMPARE(messageOf(mo.ask(R"({"type":"ban","address":"192.0.3.1"})")), u"You are connected from that address yourself"_s);
    }

    // ---- mutes, slow mode, closed rooms ----

    void muteSilences_data()
    {
        QTest::addColumn<QByteArray>("frame");
        QTest::newRow("message") << QByteArray(R"({"type":"message","content":"x","id":1})");
        QTest::newRow("edit") << QByteArray(R"({"type":"edit","seq":5,"content":"x"})");
        QTest::newRow("react") << QByteArray(R"({"type":"react","seq":5,"emoji":"👍"})");
        QTest::newRow("typing") << QByteArray(R"({"type":"typing","is_typing":true})");
    }
    void muteSilences()
    {
        QFETCH(QByteArray, frame);
        Chat chat;
        const ModerationCast cast(chat);
        QCOMPARE(cast.bo->verdict(R"({"type":"message","content":"one","client_id":"c1"})"), u"ack"_s); // seq 5
        chat.settle();
        cast.bo->forget();
        cast.mo->forget();
        cast.cy->forget();
        QCOMPARE(cast.mo->verdict(R"({"type":"mute","user":"bo","for_seconds":60,"reason":"loud"})"), u"ack"_s);
        QCOMPARE(cast.bo->next(), json(R"({"type":"muted","is_muted":true,"by":"mo","until":"2026-11-24T12:01:00.000Z","reason":"loud"})"));
        const QJsonObject refused = cast.bo->ask(frame);
        QCOMPARE(refused.value("code"_L1), u"forbidden"_s);
        QCOMPARE(messageOf(refused), u"You are muted by mo until 2026-11-24 12:01 UTC: loud"_s);
        // What was acknowledged once is acknowledged again, and reading goes on.
        QCOMPARE(cast.bo->verdict(R"({"type":"message","content":"one","client_id":"c1"})"), u"ack"_s);
        QCOMPARE(cast.bo->verdict(R"({"type":"history"})"), u"history"_s);
        chat.settle();
        QVERIFY(cast.cy->heardTypes().isEmpty());
        chat.passSeconds(60);
        cast.bo->say(frame);
        cast.bo->say(R"({"type":"ping"})");
        QVERIFY(cast.bo->next().value("type"_L1) != u"error"_s);
    }

    void muteOfOneRoom()
    {
        Chat chat;
        const ModerationCast cast(chat);
        QCOMPARE(cast.bo->verdict(R"({"type":"create_room","room":"tea"})"), u"room"_s);
        QCOMPARE(cast.mo->verdict(R"({"type":"mute","user":"bo","room":"lobby"})"), u"ack"_s);
        cast.bo->forget();
        QCOMPARE(cast.bo->verdict(R"({"type":"message","content":"x","room":"lobby","id":1})"), u"forbidden"_s);
        QCOMPARE(cast.bo->verdict(R"({"type":"message","content":"x","room":"tea","id":1})"), u"ack"_s);
        QCOMPARE(cast.mo->verdict(R"({"type":"unmute","user":"bo","room":"lobby"})"), u"ack"_s);
        QCOMPARE(cast.bo->next(u"muted"_s), json(R"({"type":"muted","room":"lobby","is_muted":false,"by":"mo"})"));
        QCOMPARE(cast.bo->verdict(R"({"type":"message","content":"x","room":"lobby","id":1})"), u"ack"_s);
    }

    void whoIsPutInChargeIsMutedNoMore()
    {
        Chat chat;
        const ModerationCast cast(chat);
        QCOMPARE(cast.mo->verdict(R"({"type":"mute","user":"bo"})"), u"ack"_s);
        QCOMPARE(cast.mo->verdict(R"({"type":"mute","user":"bo","room":"lobby"})"), u"ack"_s);
        cast.bo->forget();
        cast.anna->forget();
        QCOMPARE(cast.anna->verdict(R"({"type":"set_role","user":"bo","role":"member"})"), u"ack"_s);
        chat.settle();
        cast.bo->forget();
        cast.anna->forget();
        QCOMPARE(cast.bo->verdict(R"({"type":"message","content":"x","id":1})"), u"forbidden"_s);
        QCOMPARE(cast.anna->verdict(R"({"type":"set_role","user":"bo","role":"owner"})"), u"ack"_s);
        QCOMPARE(cast.bo->next(u"muted"_s), json(R"({"type":"muted","is_muted":false,"by":"anna"})"));
        QCOMPARE(cast.bo->next(u"muted"_s), json(R"({"type":"muted","room":"lobby","is_muted":false,"by":"anna"})"));
        QCOMPARE(cast.bo->verdict(R"({"type":"message","content":"x","id":1})"), u"ack"_s);
        cast.anna->forget();
        QVERIFY(cast.anna->ask(R"({"type":"bans"})").value("mutes"_L1).toArray().isEmpty());
    }

    void whoIsAddedAsAModeratorIsMutedNoMore()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const auto bo = chat.plain();
        QCOMPARE(bo->verdict(R"({"type":"message","content":"hi","user":"bo"})"), u"message"_s);
        QCOMPARE(test::administer(chat, R"({"type":"mute","user":"bo"})").value("type"_L1), u"ack"_s);
        QCOMPARE(test::administer(chat, R"({"type":"add_user","user":"bo","password":"bo password","role":"moderator"})").value("type"_L1), u"ack"_s);
        const auto account = chat.welcomed(u"bo"_s, R"(,"password":"bo password")");
        QCOMPARE(account->verdict(R"({"type":"message","content":"x","id":1})"), u"ack"_s);
    }

    void whoIsMutedShapesNothing_data()
    {
        QTest::addColumn<QByteArray>("frame");
        QTest::addColumn<bool>("isEverywhere"); // about no room
        QTest::newRow("topic") << QByteArray(R"({"type":"set_topic","room":"tea","topic":"x"})") << false;
        QTest::newRow("keep") << QByteArray(R"({"type":"set_keep","room":"tea","keep_days":1})") << false;
        QTest::newRow("invite") << QByteArray(R"({"type":"invite","room":"tea","user":"cy"})") << false;
        QTest::newRow("new room") << QByteArray(R"({"type":"create_room","room":"ops"})") << true;
        QTest::newRow("new private room") << QByteArray(R"({"type":"create_room","room":"ops","kind":"private"})") << true;
        QTest::newRow("new direct room") << QByteArray(R"({"type":"direct","user":"cy"})") << true;
    }
    void whoIsMutedShapesNothing()
    {
        QFETCH(QByteArray, frame);
        QFETCH(bool, isEverywhere);
        for (const QByteArray &where : { QByteArray(), QByteArray(R"(,"room":"tea")"), QByteArray(R"(,"room":"lobby")") }) {
            Chat chat;
            const ModerationCast cast(chat);
            QCOMPARE(cast.bo->verdict(R"({"type":"create_room","room":"tea"})"), u"room"_s);
            QCOMPARE(cast.mo->verdict(R"({"type":"mute","user":"bo","reason":"loud")" + where + '}'), u"ack"_s);
            chat.settle();
            cast.bo->forget();
            cast.bo->say(frame);
            QJsonObject answer = cast.bo->next();
            const bool isRefused = where.isEmpty() || (!isEverywhere && where.contains("tea"));
            QCOMPARE(answer.value("code"_L1) == u"forbidden"_s, isRefused);
            if (isRefused)
                QCOMPARE(messageOf(answer), u"You are muted by mo: loud"_s);
            chat.settle();
            QCOMPARE(cast.cy->heardTypes().contains(u"room"_s), !isRefused && (frame.contains("invite") || frame.contains("direct")));
        }
    }

    /// What they have they can read.
    void whoIsMutedOpensADirectRoomThatIsThere()
    {
        Chat chat;
        const ModerationCast cast(chat);
        QCOMPARE(cast.bo->verdict(R"({"type":"direct","user":"cy"})"), u"room"_s);
        QCOMPARE(cast.mo->verdict(R"({"type":"mute","user":"bo"})"), u"ack"_s);
        chat.settle();
        cast.bo->forget();
        QCOMPARE(cast.bo->verdict(R"({"type":"direct","user":"cy"})"), u"room"_s);
    }

    void muteSurvivesARestart()
    {
        const QTemporaryDir directory;
        QByteArray token;
        {
            Chat chat(unhurried(), { .directory = directory.path() });
            const auto anna = chat.welcomed(u"anna"_s);
            const auto bo = chat.plain();
            token = tokenOf(bo->hello(u"bo"_s));
            chat.settle();
            anna->forget();
            QCOMPARE(anna->verdict(R"({"type":"mute","user":"bo"})"), u"ack"_s);
        }
        Chat chat(unhurried(), { .directory = directory.path() });
        const auto bo = chat.plain();
        bo->hello(u"bo"_s, token);
        QCOMPARE(bo->next(u"muted"_s), json(R"({"type":"muted","is_muted":true,"by":"anna"})"));
        QCOMPARE(bo->verdict(R"({"type":"message","content":"x","id":1})"), u"forbidden"_s);
    }

    void slowModeMakesMembersWait()
    {
        Chat chat;
        const ModerationCast cast(chat);
        QCOMPARE(cast.mo->ask(R"({"type":"set_slow_mode","id":1,"room":"lobby","seconds":30})"), json(R"({"type":"ack","id":1,"room":"lobby","timestamp":T})"));
        QCOMPARE(cast.bo->next(), json(R"({"type":"restricted","room":"lobby","slow_mode_seconds":30})"));
        QCOMPARE(cast.bo->verdict(R"({"type":"message","content":"one","client_id":"c1"})"), u"ack"_s);
        cast.bo->forget();
        chat.passSeconds(10);
        const QJsonObject refused = cast.bo->ask(R"({"type":"message","content":"two","client_id":"c2"})");
        QCOMPARE(refused.value("code"_L1), u"rate_limited"_s);
        QCOMPARE(refused.value("retry_after_ms"_L1), 20'000);
        QCOMPARE(refused.value("client_id"_L1), u"c2"_s);
        QCOMPARE(messageOf(refused), u"One message every 30 seconds in this room"_s);
        QCOMPARE(cast.bo->verdict(R"({"type":"message","content":"one","client_id":"c1"})"), u"ack"_s); // a repeat
        chat.passSeconds(20);
        QCOMPARE(cast.bo->verdict(R"({"type":"message","content":"two","client_id":"c2"})"), u"ack"_s);
        // Moderators do not wait, and it can be switched off.
        cast.mo->forget();
        QCOMPARE(cast.mo->verdict(R"({"type":"message","content":"a","client_id":"m1"})"), u"ack"_s);
        QCOMPARE(cast.mo->verdict(R"({"type":"message","content":"b","client_id":"m2"})"), u"message"_s); // the first one's
        QCOMPARE(cast.mo->next(u"ack"_s).value("client_id"_L1), u"m2"_s);
        cast.mo->forget();
        cast.mo->say(R"({"type":"set_slow_mode","room":"lobby","seconds":0})");
        QCOMPARE(cast.mo->next(u"ack"_s).value("room"_L1), u"lobby"_s);
        chat.settle();
        cast.bo->forget();
        QCOMPARE(cast.bo->verdict(R"({"type":"message","content":"three","id":1})"), u"ack"_s);
    }

    void aPostThatFailedDoesNotCount()
    {
        Chat chat;
        const ModerationCast cast(chat);
        QCOMPARE(cast.mo->verdict(R"({"type":"set_slow_mode","room":"lobby","seconds":30})"), u"ack"_s);
        cast.bo->forget();
        chat.store().refuseWrites(StoreError::Reason::StorageFull);
        QCOMPARE(cast.bo->verdict(R"({"type":"message","content":"x","id":1})"), u"storage_full"_s);
        chat.store().takeWrites();
        QCOMPARE(cast.bo->verdict(R"({"type":"message","content":"x","id":1})"), u"ack"_s);
    }

    void closedRoomsAreForModerators()
    {
        Chat chat;
        const ModerationCast cast(chat);
        const auto plain = chat.plain();
        QCOMPARE(cast.mo->verdict(R"({"type":"close_room","room":"lobby"})"), u"ack"_s);
        QCOMPARE(cast.bo->next(), json(R"({"type":"restricted","room":"lobby","is_closed":true})"));
        const QString words = u"This room is closed: only moderators can write in it"_s;
        QCOMPARE(messageOf(cast.bo->ask(R"({"type":"message","content":"x","id":1})")), words);
        QCOMPARE(messageOf(plain->ask(R"({"type":"message","content":"x","user":"eve"})")), words);
        cast.mo->forget();
        QCOMPARE(cast.mo->verdict(R"({"type":"message","content":"x","id":1})"), u"ack"_s);
        cast.bo->say(R"({"type":"rooms"})");
        QCOMPARE(cast.bo->next(u"rooms"_s).value("rooms"_L1).toArray().first().toObject().value("is_closed"_L1), true);
        cast.mo->forget();
        QCOMPARE(cast.mo->verdict(R"({"type":"close_room","room":"lobby","closed":false})"), u"ack"_s);
        QCOMPARE(cast.bo->next(u"restricted"_s), json(R"({"type":"restricted","room":"lobby"})"));
        QCOMPARE(cast.bo->verdict(R"({"type":"message","content":"x","id":1})"), u"ack"_s);
    }

    // ---- the log ----

    void deletionsOfOthersAreLogged()
    {
        Chat chat;
        const ModerationCast cast(chat);
        QCOMPARE(cast.bo->verdict(R"({"type":"message","content":"x","client_id":"c1"})"), u"ack"_s);
        cast.mo->forget();
        cast.mo->say(R"({"type":"delete","seq":5})");
        QCOMPARE(cast.mo->next(u"ack"_s).value("seq"_L1), 6);
        cast.mo->forget();
        const QJsonArray entries = cast.mo->ask(R"({"type":"audit"})").value("entries"_L1).toArray();
        QCOMPARE(entries.first().toObject(), json(R"({"entry":2,"timestamp":T,"by":"mo","deed":"delete","user":"bo","room":"lobby","seq":5})"));
    }

    void theLogIsRead()
    {
        Chat chat;
        const ModerationCast cast(chat);
        for (const auto *seconds : { "1", "2", "3" }) {
            cast.mo->say(filled(R"({"type":"set_slow_mode","room":"lobby","seconds":%1})", seconds));
            QCOMPARE(cast.mo->next(u"ack"_s).value("room"_L1), u"lobby"_s);
        }
        cast.mo->forget();
        QCOMPARE(cast.mo->ask(R"({"type":"audit","id":9,"before":4,"limit":2})"),
                 json(R"({"type":"audit","id":9,"entries":[
                     {"entry":3,"timestamp":T,"by":"mo","deed":"set_slow_mode","room":"lobby","seconds":2},
                     {"entry":2,"timestamp":T,"by":"mo","deed":"set_slow_mode","room":"lobby","seconds":1}],"has_more":true})"));
    }

    void whatIsNotStoredDoesNotHappen_data()
    {
        QTest::addColumn<QByteArray>("frame");
        QTest::newRow("role") << QByteArray(R"({"type":"set_role","user":"bo","role":"member"})");
        QTest::newRow("kick") << QByteArray(R"({"type":"kick","user":"bo"})");
        QTest::newRow("kick from a room") << QByteArray(R"({"type":"kick","user":"bo","room":"lobby"})");
        QTest::newRow("ban") << QByteArray(R"({"type":"ban","user":"bo"})");
        QTest::newRow("mute") << QByteArray(R"({"type":"mute","user":"bo"})");
        QTest::newRow("slow mode") << QByteArray(R"({"type":"set_slow_mode","room":"lobby","seconds":5})");
        QTest::newRow("close") << QByteArray(R"({"type":"close_room","room":"lobby"})");
    }
    void whatIsNotStoredDoesNotHappen()
    {
        QFETCH(QByteArray, frame);
        Chat chat;
        const ModerationCast cast(chat);
        chat.store().refuseWrites(StoreError::Reason::StorageFull);
        QCOMPARE(cast.anna->verdict(frame), u"storage_full"_s);
        chat.store().takeWrites();
        chat.settle();
        QVERIFY(cast.bo->heardTypes().isEmpty());
        QCOMPARE(cast.bo->verdict(R"({"type":"message","content":"x","id":1})"), u"ack"_s);
        cast.anna->forget();
        QCOMPARE(cast.anna->ask(R"({"type":"audit"})").value("entries"_L1).toArray().size(), 1);
    }
};

HEARTH_TEST_MAIN(tst_Moderation)
#include "tst_moderation.moc"
