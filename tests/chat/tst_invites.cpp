#include "tests/chat/chattestkit.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QJsonArray>
#include <QRegularExpression>
#include <QTemporaryDir>

#include <atomic>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;
using test::administer;
using test::Chat;
using test::Client;
using test::json;
using test::unhurried;
using test::withAccounts;
using test::withPassword;

namespace {

/// JSON with `%1` and `%2` filled in. (moc 6.4 loses its way where a raw string ends within a JSON string.)
QByteArray filled(const char *text, const QByteArray &first, const QByteArray &second = {})
{
    return QByteArray(text).replace("%2", second).replace("%1", first);
}
/// One more of an object's.
QByteArray member(const QByteArray &name, const QByteArray &value) { return ",\"" + name + "\":\"" + value + '"'; }

QByteArray hello(const QByteArray &user, const QByteArray &more = {}) { return filled(R"({"type":"hello","user":"%1"%2})", user, more); }

QString messageOf(const QJsonObject &frame) { return frame.value("message"_L1).toString(); }

/// What an invite that does not hold comes to, whatever the reason.
QJsonObject dead()
{
    return json(R"({"type":"error","message":"This invite does not hold any more","code":"unauthorized","timestamp":T,"detail":"invite"})");
}

/// An invite of the console's.
struct Made
{
    QByteArray code;
    QByteArray id;
};
Made make(Chat &chat, const QByteArray &more = {})
{
    const QJsonObject reply = administer(chat, filled(R"({"type":"create_invite"%1})", more));
    if (reply.value("type"_L1) != u"invite_created"_s)
        qFatal("no invite: %s", qPrintable(messageOf(reply)));
    return { reply.value("code"_L1).toString().toUtf8(), reply.value("invite"_L1).toObject().value("invite"_L1).toString().toUtf8() };
}

QByteArray by(const Made &made) { return member("invite", made.code); }
QByteArray takeBack(const QByteArray &id) { return filled(R"({"type":"revoke_invite","invite":"%1"})", id); }

/// How many times each invite that holds was used, oldest first.
QList<int> uses(Chat &chat)
{
    QList<int> used;
    for (const auto &invite : administer(chat, R"({"type":"invites"})").value("invites"_L1).toArray())
        used.append(invite.toObject().value("used"_L1).toInt());
    return used;
}

QStringList roomsOf(const QJsonObject &welcome)
{
    QStringList rooms;
    for (const auto &room : welcome.value("rooms"_L1).toArray())
        rooms.append(room.toObject().value("room"_L1).toString());
    rooms.removeIf([](const QString &room) { return room.startsWith("dm:"_L1); });
    rooms.sort();
    return rooms;
}

UserName userName(const QString &text) { return UserName::parse(text).value(); }

/// Anna owns the chat, mo moderates it, bo is a guest. `ops` is private, with anna and mo; `den` with anna alone; `tea` is public.
struct Cast
{
    explicit Cast(Chat &chat) : anna(chat.welcomed(u"anna"_s)), mo(chat.welcomed(u"mo"_s)), bo(chat.welcomed(u"bo"_s))
    {
        for (const char *frame : { R"({"type":"set_role","user":"mo","role":"moderator"})", R"({"type":"create_room","room":"ops","kind":"private"})",
                                   R"({"type":"create_room","room":"den","kind":"private"})", R"({"type":"create_room","room":"tea"})",
                                   R"({"type":"invite","room":"ops","user":"mo"})", R"({"type":"direct","user":"mo"})" }) {
            anna->say(frame);
            chat.settle();
        }
        for (const auto &client : { anna.get(), mo.get(), bo.get() })
            client->forget();
    }

    [[nodiscard]] Client &named(const QString &name) const { return name == "anna"_L1 ? *anna : name == "mo"_L1 ? *mo : *bo; }

    std::unique_ptr<Client> anna;
    std::unique_ptr<Client> mo;
    std::unique_ptr<Client> bo;
};

ServerSettings approving()
{
    ServerSettings settings = unhurried();
    settings.approveGuests = true;
    return settings;
}

} // namespace

/// Who may invite whom, and what becomes of whoever comes with an invite (docs/protocol.md, "Invites").
class tst_Invites : public test::Test
{
    Q_OBJECT

private slots:
    // ---- what is known of them in memory ----

    void aReservedUseIsNobodyElses()
    {
        InviteLedger invites(once(u"i1"_s));
        invites.reserve(u"i1"_s);
        QVERIFY(invites.withCode("hash", Start) == nullptr);
        QVERIFY(invites.all(Start).isEmpty());
        invites.settle(u"i1"_s, false);
        QCOMPARE(invites.withCode("hash", Start)->used, 0);
        invites.reserve(u"i1"_s);
        invites.settle(u"i1"_s, true);
        QVERIFY(invites.find(u"i1"_s, Start) == nullptr);
    }

    void whatIsBeingTakenBackComesBackAsItWas()
    {
        InviteLedger invites({ { { .id = u"i1"_s }, "hash" } });
        invites.reserve(u"i1"_s);
        invites.hide(u"i1"_s);
        QVERIFY(invites.withCode("hash", Start) == nullptr);
        QVERIFY(invites.all(Start).isEmpty());
        invites.settle(u"i1"_s, true);
        invites.reveal(u"i1"_s);
        QCOMPARE(invites.withCode("hash", Start)->used, 1);
        invites.hide(u"i1"_s);
        invites.remove(u"i1"_s);
        invites.reveal(u"i1"_s);
        invites.settle(u"i1"_s, false); // of somebody who came before
        QVERIFY(invites.find(u"i1"_s, Start) == nullptr);
    }

    /// When the next one is made.
    void whatIsNotDecidedIsNotForgotten()
    {
        InviteLedger invites(once(u"reserved"_s) + once(u"hidden"_s) + once(u"used"_s));
        for (const auto &id : { u"reserved"_s, u"used"_s })
            invites.reserve(id);
        invites.settle(u"used"_s, true);
        invites.hide(u"hidden"_s);
        invites.add({ { .id = u"new"_s }, "new" }, Start);
        invites.settle(u"reserved"_s, false);
        invites.reveal(u"hidden"_s);
        QStringList ids;
        for (const InviteInfo &invite : invites.all(Start))
            ids.append(invite.id);
        QCOMPARE(ids, (QStringList { u"reserved"_s, u"hidden"_s, u"new"_s }));
        invites.settle(u"used"_s, false);
        QVERIFY(invites.find(u"used"_s, Start) == nullptr);
    }

    void theClockEndsThem()
    {
        InviteLedger invites({ { { .id = u"i1"_s, .until = Start.addSecs(60) }, "hash" } });
        QVERIFY(invites.withCode("hash", Start.addSecs(59)) != nullptr);
        QVERIFY(invites.withCode("hash", Start.addSecs(60)) == nullptr);
        QVERIFY(invites.withCode("other", Start) == nullptr);
    }

    // ---- making, listing, taking back ----

    void oneIsMadeListedAndTakenBack()
    {
        Chat chat;
        const Cast cast(chat);
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
        const Cast cast(chat);
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
        const Cast cast(chat);
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
        const Cast cast(chat);
        const QJsonObject reply = cast.named(who).ask(frame);
        QCOMPARE(reply.value("code"_L1).toString(), code);
        QCOMPARE(messageOf(reply), message);
        QCOMPARE(uses(chat), QList<int>());
    }

    void whoIsNotSignedInHearsNothing()
    {
        Chat chat;
        const Cast cast(chat);
        for (const char *frame : { R"({"type":"create_invite"})", R"({"type":"invites"})", R"({"type":"revoke_invite","invite":"x"})" })
            QCOMPARE(chat.plain()->verdict(frame), u"unauthorized"_s);
        const QByteArray direct = directRoomId(userName(u"anna"_s), userName(u"mo"_s)).toString().toUtf8();
        QCOMPARE(administer(chat, filled(R"({"type":"create_invite","room":"%1"})", direct)).value("code"_L1), u"forbidden"_s);
    }

    void onlyOwnersTakeBackThoseForModerators()
    {
        Chat chat;
        const Cast cast(chat);
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
            const Cast cast(chat);
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
            const Cast cast(chat);
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

    // ---- somebody new ----

    void aNewNameGetsRoleAndRoom_data()
    {
        QTest::addColumn<QByteArray>("invite");
        QTest::addColumn<QString>("role");
        QTest::addColumn<QStringList>("rooms");
        QTest::newRow("member") << QByteArray() << u"member"_s << QStringList { u"lobby"_s };
        QTest::newRow("guest") << QByteArray(R"(,"role":"guest")") << u"guest"_s << QStringList { u"lobby"_s };
        QTest::newRow("moderator") << QByteArray(R"(,"role":"moderator","room":"tea")") << u"moderator"_s << QStringList { u"lobby"_s, u"tea"_s };
        QTest::newRow("private room") << QByteArray(R"(,"room":"den")") << u"member"_s << QStringList { u"den"_s, u"lobby"_s };
        QTest::newRow("the lobby") << QByteArray(R"(,"room":"lobby")") << u"member"_s << QStringList { u"lobby"_s };
    }
    void aNewNameGetsRoleAndRoom()
    {
        QFETCH(QByteArray, invite);
        QFETCH(QString, role);
        QFETCH(QStringList, rooms);
        Chat chat;
        const Cast cast(chat);
        const Made made = make(chat, invite);
        cast.anna->forget();
        const auto cy = chat.plain();
        const QJsonObject welcome = cy->hello(u"cy"_s, by(made));
        QCOMPARE(welcome.value("role"_L1).toString(), role);
        QCOMPARE(welcome.value("token"_L1).toString().size(), 43);
        QCOMPARE(roomsOf(welcome), rooms);
        chat.settle();
        // The members of each room hear of it, once.
        const QList<QByteArray> heard = cast.anna->takeHeard();
        for (const QString &room : rooms) {
            const QByteArray start = filled(R"({"type":"member","room":"%1",)", room.toUtf8());
            QCOMPARE(std::count_if(heard.begin(), heard.end(), [&start](const QByteArray &f) { return f.startsWith(start); }), 1);
        }
        QCOMPARE(uses(chat), QList<int> { 1 });
        QJsonObject entry = cast.anna->ask(R"({"type":"audit","limit":1})").value("entries"_L1).toArray().first().toObject();
        QCOMPARE(entry.value("deed"_L1), u"use_invite"_s);
        QCOMPARE(entry.value("by"_L1), u"cy"_s);
        QCOMPARE(entry.value("role"_L1).toString(), role);
        QCOMPARE(entry.contains("room"_L1), invite.contains("room"));
        // And the token owns the name.
        cy->leave();
        QCOMPARE(chat.plain()->verdict(hello("cy")), u"name_taken"_s);
    }

    void whoComesFirstOwnsTheChat()
    {
        Chat chat;
        const Made made = make(chat, R"(,"role":"guest")");
        QCOMPARE(chat.plain()->hello(u"cy"_s, by(made)).value("role"_L1), u"owner"_s);
        QCOMPARE(chat.plain()->hello(u"dora"_s, by(made)).value("role"_L1), u"guest"_s);
    }

    void theyNeedNotWaitAtTheDoor()
    {
        Chat chat(approving());
        const auto anna = chat.welcomed(u"anna"_s);
        const Made made = make(chat, R"(,"role":"guest")");
        QCOMPARE(chat.plain()->verdict(hello("cy", by(made))), u"welcome"_s);
        QCOMPARE(chat.plain()->verdict(hello("dora")), u"waiting"_s);
        QCOMPARE(chat.plain()->ask(hello("eve", member("invite", "wrong"))), dead());
        chat.settle();
        const QStringList heard = anna->heardTypes();
        QCOMPARE(heard.count(u"guest_waiting"_s), 1); // dora
    }

    void aPlainClientMayClaimItsNameWithOne()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const Made made = make(chat);
        const auto cy = chat.plain();
        cy->say(R"({"type":"message","content":"hi","user":"cy"})");
        chat.settle();
        QCOMPARE(cy->hello(u"cy"_s, by(made)).value("role"_L1), u"member"_s);
    }

    /// Who is a member already does not become one twice.
    void aPlainClientWhoIsThereAlreadyIsToldOnce()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const Made made = make(chat, R"(,"room":"lobby")");
        const auto cy = chat.plain();
        cy->say(R"({"type":"message","content":"hi","user":"cy"})");
        cy->say(R"({"type":"join","room":"lobby"})");
        chat.settle();
        anna->forget();
        QCOMPARE(cy->hello(u"cy"_s, by(made)).value("role"_L1), u"member"_s);
        chat.settle();
        const QList<QByteArray> heard = anna->takeHeard();
        QVERIFY(std::none_of(heard.begin(), heard.end(), [](const QByteArray &frame) { return frame.contains(R"("type":"member")"); }));
    }

    /// It replaces nothing else.
    void aPasswordServerWantsItsPassword()
    {
        Chat chat(withPassword(u"open sesame"_s));
        const auto anna = chat.welcomed(u"anna"_s, member("password", "open sesame"));
        const Made made = make(chat, R"(,"role":"moderator","uses":1)");
        QCOMPARE(chat.plain()->ask(hello("cy", by(made))), json(R"({"type":"error","message":"Authentication required","code":"unauthorized","timestamp":T})"));
        QCOMPARE(chat.plain()->hello(u"cy"_s, by(made) + member("password", "open sesame")).value("role"_L1), u"moderator"_s);
        QCOMPARE(chat.plain()->ask(hello("dora", by(made) + member("password", "open sesame"))), dead());
    }

    void oneThatDoesNotHoldIsRefused_data()
    {
        QTest::addColumn<QString>("why");
        for (const char *why : { "unknown", "empty", "its id", "used up", "ended", "taken back", "its hash" })
            QTest::newRow(why) << QString::fromLatin1(why);
    }
    void oneThatDoesNotHoldIsRefused()
    {
        QFETCH(QString, why);
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        Made made = make(chat, R"(,"uses":1,"for_seconds":60)");
        if (why == u"unknown"_s)
            made.code = "mZ0pYw7Qk1uXrB5cT2aE9g";
        else if (why == u"empty"_s)
            made.code.clear();
        else if (why == u"its id"_s)
            made.code = made.id;
        else if (why == u"its hash"_s)
            made.code = QCryptographicHash::hash(made.code, QCryptographicHash::Sha256).toBase64(QByteArray::Base64UrlEncoding);
        else if (why == u"used up"_s)
            QCOMPARE(chat.plain()->verdict(hello("bo", by(made))), u"welcome"_s);
        else if (why == u"ended"_s)
            chat.passSeconds(60);
        else
            QCOMPARE(administer(chat, takeBack(made.id)).value("type"_L1), u"ack"_s);
        const auto cy = chat.plain();
        cy->say(hello("cy", by(made)));
        QCOMPARE(chat.directory().user(userName(u"cy"_s)), nullptr);
        QByteArray bytes = cy->nextBytes();
        QByteArray expected = R"({"type":"error","message":"This invite does not hold any more","code":"unauthorized","timestamp":"T","detail":"invite"})";
        expected.replace("\"T\"", why == u"ended"_s ? QByteArray(R"("2026-11-24T12:01:00.000Z")") : '"' + QByteArray(test::Noon) + '"');
        QCOMPARE(bytes, expected);
        // The third ends the connection.
        QCOMPARE(cy->verdict(hello("cy", by(made))), u"unauthorized"_s);
        QCOMPARE(cy->verdict(hello("cy", by(made))), u"unauthorized"_s);
        QTRY_COMPARE(cy->closeCode(), 1008);
    }

    void itHoldsUntilItEnds()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const Made made = make(chat, R"(,"for_seconds":60)");
        chat.passSeconds(59);
        QCOMPARE(chat.plain()->verdict(hello("cy", by(made))), u"welcome"_s);
        QCOMPARE(uses(chat), QList<int> { 1 });
        chat.passSeconds(1);
        QCOMPARE(uses(chat), QList<int>());
        QCOMPARE(administer(chat, takeBack(made.id)).value("code"_L1), u"not_found"_s);
    }

    /// However far a hello has come when the end does.
    void itMayEndWhileItIsJudged()
    {
        for (int asked = 0; asked < 12; ++asked) {
            std::atomic<bool> isRunning { false };
            std::atomic<int> left { asked };
            const QDateTime start = QDateTime::fromString(QString::fromLatin1(hearth::test::Noon), Qt::ISODateWithMs);
            const auto now = [&] { return isRunning && left-- <= 0 ? start.addSecs(61) : start.addSecs(59); };
            Chat chat(unhurried(), { .now = [&] { return isRunning ? now() : start; } });
            const auto anna = chat.welcomed(u"anna"_s);
            const Made made = make(chat, R"(,"for_seconds":60)");
            const auto cy = chat.plain();
            isRunning = true;
            const QString verdict = cy->verdict(hello("cy", by(made)));
            QVERIFY2(verdict == u"welcome"_s || verdict == u"unauthorized"_s, qPrintable(verdict));
        }
    }

    void wrongOnesCountForTheAddress()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const Made made = make(chat);
        for (int i = 0; i < 10; ++i)
            QCOMPARE(chat.plain()->verdict(hello("cy", member("invite", "wrong"))), u"unauthorized"_s);
        QCOMPARE(chat.plain()->verdict(hello("cy", by(made))), u"rate_limited"_s);
        Client elsewhere(chat.channel(), {}, u"192.0.2.9"_s);
        elsewhere.forget();
        QCOMPARE(elsewhere.verdict(hello("cy", by(made))), u"welcome"_s);
    }

    void ofTwoForTheLastUseOneGetsIn()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const Made made = make(chat, R"(,"uses":1)");
        const auto cy = chat.plain();
        const auto dora = chat.plain();
        cy->say(hello("cy", by(made)));
        dora->say(hello("dora", by(made)));
        QCOMPARE(cy->next().value("type"_L1), u"welcome"_s);
        QCOMPARE(dora->next(), dead());
        QCOMPARE(chat.directory().user(userName(u"dora"_s)), nullptr);
    }

    void theLastUseComesBackWhereTheStoreRefuses()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const Made made = make(chat, R"(,"uses":1)");
        const auto cy = chat.plain();
        chat.store().refuseWrites(StoreError::Reason::StorageFull);
        QCOMPARE(cy->verdict(hello("cy", by(made))), u"storage_full"_s);
        chat.store().takeWrites();
        QCOMPARE(uses(chat), QList<int> { 0 });
        QCOMPARE(cy->verdict(hello("cy", by(made))), u"welcome"_s);
        QCOMPARE(uses(chat), QList<int>());
    }

    void oneThatIsBeingTakenBackHoldsNoMore()
    {
        Chat chat;
        const Cast cast(chat);
        const Made made = make(chat);
        const auto cy = chat.plain();
        const auto dora = chat.plain();
        cy->say(hello("cy", by(made))); // asked of the store before
        cast.anna->say(takeBack(made.id));
        cast.mo->say(takeBack(made.id));
        dora->say(hello("dora", by(made)));
        QCOMPARE(cast.mo->next(u"error"_s).value("code"_L1), u"not_found"_s);
        QCOMPARE(cast.anna->next(u"ack"_s).value("type"_L1), u"ack"_s);
        QCOMPARE(cy->next().value("type"_L1), u"welcome"_s);
        QCOMPARE(dora->next(), dead());
    }

    void oneThatTheStoreDoesNotTakeBackHoldsAgain()
    {
        Chat chat;
        const Cast cast(chat);
        const Made made = make(chat);
        chat.store().refuseWrites(StoreError::Reason::StorageFull);
        QCOMPARE(cast.anna->verdict(takeBack(made.id)), u"storage_full"_s);
        QCOMPARE(cast.anna->verdict(R"({"type":"create_invite"})"), u"storage_full"_s);
        chat.store().takeWrites();
        QCOMPARE(uses(chat), QList<int> { 0 });
        QCOMPARE(chat.plain()->verdict(hello("cy", by(made))), u"welcome"_s);
    }

    /// The store has heard of it before, the chat has not.
    void whoeverMadeItIsBeingRemovedMeanwhile()
    {
        Chat chat;
        const Cast cast(chat);
        const QByteArray code = cast.mo->ask(R"({"type":"create_invite"})").value("code"_L1).toString().toUtf8();
        const auto cy = chat.plain();
        cast.anna->say(R"({"type":"remove_user","user":"mo"})");
        cy->say(hello("cy", member("invite", code)));
        QCOMPARE(cy->next(), dead());
        chat.settle();
        QCOMPARE(chat.directory().user(userName(u"cy"_s)), nullptr);
    }

    /// Whoever is invited into a private room under a name that becomes somebody else's brings neither of them in.
    void aNameThatIsTakenMeanwhileGoesNowhere()
    {
        Chat chat;
        const Cast cast(chat);
        const Made made = make(chat, R"(,"room":"den","uses":1)");
        chat.store().accounts().addAccount({ .name = userName(u"cy"_s) }, {}, {}, [](const auto &) {}); // the chat hears later
        QCOMPARE(chat.plain()->verdict(hello("cy", by(made))), u"name_taken"_s);
        QVERIFY(!chat.directory().isMember(RoomId::parse(u"den"_s).value(), userName(u"cy"_s)));
        QCOMPARE(uses(chat), QList<int> { 0 });
    }

    void whoIsBannedStaysOut()
    {
        Chat chat;
        const Cast cast(chat);
        const Made made = make(chat, R"(,"uses":1)");
        QCOMPARE(administer(chat, R"({"type":"ban","address":"192.0.2.7"})").value("type"_L1), u"ack"_s);
        Client cy(chat.channel(), {}, u"192.0.2.7"_s);
        cy.forget();
        const QJsonObject refused = cy.ask(hello("cy", by(made)));
        QCOMPARE(refused.value("removal"_L1).toObject().value("kind"_L1), u"banned"_s);
        QTRY_COMPARE(cy.closeCode(), 1008);
        QCOMPARE(uses(chat), QList<int> { 0 });
    }

    // ---- somebody who is known ----

    void whoIsKnownGetsWhatTheyLack_data()
    {
        QTest::addColumn<QByteArray>("invite");
        QTest::addColumn<QString>("who");
        QTest::addColumn<QString>("role");
        QTest::addColumn<QStringList>("rooms");
        QTest::addColumn<int>("used");
        const QStringList bos { u"lobby"_s };
        const QStringList mos { u"lobby"_s, u"ops"_s };
        const QStringList annas { u"den"_s, u"lobby"_s, u"ops"_s, u"tea"_s };
        QTest::newRow("role") << QByteArray(R"(,"role":"member")") << u"bo"_s << u"member"_s << bos << 1;
        QTest::newRow("role and room") << QByteArray(R"(,"role":"moderator","room":"ops")") << u"bo"_s << u"moderator"_s << mos << 1;
        QTest::newRow("room, and never lowered") << QByteArray(R"(,"role":"guest","room":"tea")") << u"mo"_s << u"moderator"_s << mos + QStringList { u"tea"_s } << 1;
        QTest::newRow("nothing, for a member") << QByteArray(R"(,"role":"guest","room":"ops")") << u"mo"_s << u"moderator"_s << mos << 0;
        QTest::newRow("nothing, for an owner") << QByteArray(R"(,"role":"moderator")") << u"anna"_s << u"owner"_s << annas << 0;
        QTest::newRow("nothing at all") << QByteArray(R"(,"role":"guest")") << u"bo"_s << u"guest"_s << bos << 0;
    }
    void whoIsKnownGetsWhatTheyLack()
    {
        QFETCH(QByteArray, invite);
        QFETCH(QString, who);
        QFETCH(QString, role);
        QFETCH(QStringList, rooms);
        QFETCH(int, used);
        Chat chat;
        const Cast cast(chat);
        const Made made = make(chat, invite);
        // On a connection that was welcomed, by a second hello.
        const QJsonObject welcome = cast.named(who).hello(who, by(made));
        QCOMPARE(welcome.value("role"_L1).toString(), role);
        QCOMPARE(roomsOf(welcome), rooms);
        QCOMPARE(uses(chat), QList<int> { used });
        QCOMPARE(cast.named(who).hello(who, by(made)).value("role"_L1).toString(), role); // a link works twice
        QCOMPARE(uses(chat), QList<int> { used });
    }

    void othersAndOtherDevicesHear()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        anna->say(R"({"type":"create_room","room":"den","kind":"private"})");
        const auto bo = chat.plain();
        const QByteArray token = member("token", bo->hello(u"bo"_s).value("token"_L1).toString().toUtf8());
        chat.settle();
        const Made made = make(chat, R"(,"room":"den")");
        for (const auto &client : { anna.get(), bo.get() })
            client->forget();
        const auto phone = chat.plain();
        QVERIFY(roomsOf(phone->hello(u"bo"_s, token + by(made))).contains(u"den"_s));
        chat.settle();
        const QJsonObject event = json(R"({"type":"member","room":"den","seq":2,"user":"bo","timestamp":T,"change":"joined"})");
        const QJsonObject update = json(R"({"type":"update","resource":"user","id":"bo","user":"bo","state":"online","role":"member"})");
        QCOMPARE(anna->next(u"member"_s), event);
        QCOMPARE(anna->next(u"update"_s), update);
        QCOMPARE(bo->next(u"room"_s).value("room"_L1), u"den"_s);
        QCOMPARE(bo->next(u"update"_s), update);
        // Everybody in there hears what is said, on both.
        bo->forget();
        phone->forget();
        anna->say(R"({"type":"message","room":"den","content":"hi"})");
        QCOMPARE(bo->next(u"message"_s).value("content"_L1), u"hi"_s);
        QCOMPARE(phone->next(u"message"_s).value("content"_L1), u"hi"_s);
    }

    void aNewModeratorHearsWhoWaits()
    {
        Chat chat(approving());
        const auto anna = chat.welcomed(u"anna"_s);
        const auto cy = chat.plain();
        const QByteArray token = member("token", cy->hello(u"cy"_s, by(make(chat, R"(,"role":"guest")"))).value("token"_L1).toString().toUtf8());
        const auto dora = chat.plain();
        QCOMPARE(dora->verdict(hello("dora")), u"waiting"_s);
        cy->forget();
        const auto phone = chat.plain();
        phone->hello(u"cy"_s, token + by(make(chat, R"(,"role":"moderator")")));
        QCOMPARE(cy->next(u"guest_waiting"_s).value("user"_L1), u"dora"_s);
        QCOMPARE(phone->next(u"guest_waiting"_s).value("user"_L1), u"dora"_s);
    }

    /// For whoever has proved who they are.
    void oneThatDoesNotHoldIsIgnored()
    {
        Chat chat(withAccounts());
        QCOMPARE(administer(chat, R"({"type":"add_user","user":"anna","password":"anna password"})").value("type"_L1), u"ack"_s);
        const QByteArray wrong = member("invite", "wrong");
        const auto anna = chat.plain();
        const QByteArray token = member("token", anna->hello(u"anna"_s, wrong + member("password", "anna password")).value("token"_L1).toString().toUtf8());
        QCOMPARE(chat.plain()->verdict(hello("anna", wrong + token)), u"welcome"_s);
    }

    /// The token opens the chat; what the invite adds comes later.
    void whoIsKnownComesInThoughTheStoreRefuses_data()
    {
        QTest::addColumn<StoreError::Reason>("reason");
        QTest::addColumn<QString>("code");
        QTest::newRow("full") << StoreError::Reason::StorageFull << u"storage_full"_s;
        QTest::newRow("busy") << StoreError::Reason::Busy << u"storage_full"_s;
        QTest::newRow("failed") << StoreError::Reason::Failed << u"internal"_s;
    }
    void whoIsKnownComesInThoughTheStoreRefuses()
    {
        QFETCH(StoreError::Reason, reason);
        QFETCH(QString, code);
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const auto bo = chat.plain();
        const QByteArray token = member("token", bo->hello(u"bo"_s).value("token"_L1).toString().toUtf8());
        chat.settle();
        const Made made = make(chat, R"(,"uses":1)");
        const auto phone = chat.plain();
        chat.store().refuseWrites(reason);
        if (reason == StoreError::Reason::Failed)
            QTest::ignoreMessage(QtCriticalMsg, QRegularExpression(u"^event=internal-error"_s));
        const QByteArray frame = hello("bo", by(made) + token);
        QCOMPARE(phone->ask(frame).value("role"_L1), u"guest"_s);
        // Behind the welcome, and of no request.
        const QJsonObject failure = phone->next();
        QCOMPARE(failure.value("code"_L1).toString(), code);
        QCOMPARE(failure.value("detail"_L1), u"invite"_s);
        QVERIFY(!failure.contains("id"_L1));
        chat.store().takeWrites();
        QCOMPARE(uses(chat), QList<int> { 0 });
        phone->forget();
        QCOMPARE(phone->ask(frame).value("role"_L1), u"member"_s); // said again, it adds what it can
        QCOMPARE(uses(chat), QList<int>());
        chat.settle();
        QVERIFY(!phone->heardTypes().contains(u"error"_s));
    }

    void aWrongTokenGetsNothing()
    {
        Chat chat;
        const Cast cast(chat);
        const Made made = make(chat, R"(,"room":"den","uses":1)");
        QCOMPARE(chat.plain()->verdict(hello("bo", by(made))), u"name_taken"_s);
        QCOMPARE(chat.plain()->verdict(hello("bo", by(made) + member("token", QByteArray(43, 'x')))), u"unauthorized"_s);
        QVERIFY(!chat.directory().isMember(RoomId::parse(u"den"_s).value(), userName(u"bo"_s)));
        QCOMPARE(uses(chat), QList<int> { 0 });
    }

    // ---- an account server ----

    void peopleRegisterWithOne_data()
    {
        QTest::addColumn<QByteArray>("invite");
        QTest::addColumn<QString>("role");
        QTest::newRow("member") << QByteArray() << u"member"_s;
        QTest::newRow("guest: there are none") << QByteArray(R"(,"role":"guest")") << u"member"_s;
        QTest::newRow("moderator") << QByteArray(R"(,"role":"moderator")") << u"moderator"_s;
    }
    void peopleRegisterWithOne()
    {
        QFETCH(QByteArray, invite);
        QFETCH(QString, role);
        Chat chat(withAccounts());
        const auto anna = withAnna(chat);
        const Made made = make(chat, invite);
        const auto cy = chat.plain();
        const QJsonObject welcome = cy->hello(u"Cy"_s, by(made) + member("password", "cy password"));
        QCOMPARE(welcome.value("role"_L1).toString(), role);
        QCOMPARE(welcome.value("has_password"_L1), true);
        QCOMPARE(roomsOf(welcome), QStringList { u"lobby"_s });
        QCOMPARE(uses(chat), QList<int> { 1 });
        // From now on token and password open it, also with the link.
        const QByteArray token = welcome.value("token"_L1).toString().toUtf8();
        QCOMPARE(chat.plain()->verdict(hello("cy", member("token", token))), u"welcome"_s);
        QCOMPARE(chat.plain()->verdict(hello("cy", member("password", "cy password") + by(made))), u"welcome"_s);
        QCOMPARE(chat.plain()->verdict(hello("cy", member("password", "another one"))), u"unauthorized"_s);
        QCOMPARE(uses(chat), QList<int> { 1 });
    }

    /// Whatever was tried while nobody had the name.
    void whoRegistersIsNotKeptWaitingForOthersTries()
    {
        Chat chat(withAccounts());
        const auto anna = withAnna(chat);
        const Made made = make(chat);
        const auto from = [&chat](int host) {
            auto client = std::make_unique<Client>(chat.channel(), QString(), u"192.0.2.%1"_s.arg(host));
            client->forget();
            return client;
        };
        for (int i = 0; i < 10; ++i)
            QCOMPARE(from(i + 1)->verdict(hello("cy", member("password", "a wrong one"))), u"unauthorized"_s);
        QCOMPARE(from(50)->verdict(hello("cy", by(made) + member("password", "cy password"))), u"welcome"_s);
        QCOMPARE(from(51)->verdict(hello("cy", member("password", "cy password"))), u"welcome"_s);
    }

    /// It neither closes nor counts.
    void aShortPasswordIsTakenForNone()
    {
        Chat chat(withAccounts());
        const auto anna = withAnna(chat);
        const Made made = make(chat);
        const auto cy = chat.plain();
        for (int i = 0; i < 6; ++i) {
            const QByteArray password = i % 2 == 0 ? member("password", "1234567") : QByteArray();
            QCOMPARE(cy->ask(hello("cy", by(made) + password)),
                     json(R"({"type":"error","message":"A password has at least 8 characters","code":"invalid_message","timestamp":T})"));
        }
        QCOMPARE(cy->verdict(hello("cy", by(made) + member("password", "12345678"))), u"welcome"_s);
    }

    /// The same bytes and the same work, whatever the name: without an invite that holds nobody learns who has an account.
    void nothingIsLearnedByAWrongOne_data()
    {
        QTest::addColumn<QByteArray>("more");
        QTest::addColumn<int>("computations");
        QTest::newRow("with a password") << member("password", "another one") << 1;
        QTest::newRow("short password") << member("password", "x") << 1;
        QTest::newRow("without a password") << QByteArray() << 0;
        QTest::newRow("with a token") << member("token", QByteArray(43, 'x')) + member("password", "another one") << 1;
    }
    void nothingIsLearnedByAWrongOne()
    {
        QFETCH(QByteArray, more);
        QFETCH(int, computations);
        Chat chat(withAccounts());
        const auto anna = withAnna(chat);
        const quint64 before = chat.channel().passwordComputations();
        QCOMPARE(chat.plain()->ask(hello("anna", member("invite", "wrong") + more)), dead());
        QCOMPARE(chat.channel().passwordComputations(), before + static_cast<quint64>(computations));
        QCOMPARE(chat.plain()->ask(hello("nobody", member("invite", "wrong") + more)), dead());
        QCOMPARE(chat.channel().passwordComputations(), before + 2 * static_cast<quint64>(computations));
    }

    void aTakenNameAnswersAsAWrongPassword()
    {
        Chat chat(withAccounts());
        const auto anna = withAnna(chat);
        const Made made = make(chat, R"(,"room":"lobby","role":"moderator","uses":1)");
        const QJsonObject wrong = json(R"({"type":"error","message":"Authentication required","code":"unauthorized","timestamp":T})");
        QCOMPARE(chat.plain()->ask(hello("anna", by(made) + member("password", "another one"))), wrong);
        QCOMPARE(chat.plain()->ask(hello("anna", by(made))), wrong);
        QCOMPARE(uses(chat), QList<int> { 0 });
    }

    void ofTwoWhoRegisterOneGetsIn_data()
    {
        QTest::addColumn<QByteArray>("other");
        QTest::addColumn<bool>("hasRoom"); // the invite, for both
        QTest::newRow("the last use") << QByteArray("dora") << false;
        QTest::newRow("the same name") << QByteArray("CY") << true;
    }
    void ofTwoWhoRegisterOneGetsIn()
    {
        QFETCH(QByteArray, other);
        QFETCH(bool, hasRoom);
        Chat chat(withAccounts());
        const auto anna = withAnna(chat);
        const Made made = make(chat, hasRoom ? R"(,"uses":2)" : R"(,"uses":1)");
        const auto cy = chat.plain();
        const auto second = chat.plain();
        cy->say(hello("cy", by(made) + member("password", "cy password")));
        second->say(hello(other, by(made) + member("password", "other password")));
        const QStringList ends { cy->next().value("type"_L1).toString(), second->next().value("type"_L1).toString() };
        QCOMPARE(ends.count(u"welcome"_s), 1);
        QCOMPARE(ends.count(u"error"_s), 1);
        QCOMPARE(uses(chat), hasRoom ? QList<int> { 1 } : QList<int>());
    }

    void whatHappensWhileThePasswordIsHashed_data()
    {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QString>("answer");
        QTest::newRow("taken back") << u"revoke"_s << u"This invite does not hold any more"_s;
        QTest::newRow("its maker is no moderator any more") << u"demote"_s << u"This invite does not hold any more"_s;
        QTest::newRow("its maker was removed") << u"remove"_s << u"This invite does not hold any more"_s;
        QTest::newRow("name given to somebody") << u"add"_s << u"Authentication required"_s;
        QTest::newRow("address banned") << u"ban"_s << u"You are banned"_s;
        QTest::newRow("gone") << u"leave"_s << QString();
    }
    void whatHappensWhileThePasswordIsHashed()
    {
        QFETCH(QString, what);
        QFETCH(QString, answer);
        ServerSettings settings = withAccounts();
        settings.passwordCost = { 6, std::size_t(64) << 20 }; // longer than a commit
        Chat chat(settings);
        const auto anna = withAnna(chat);
        QCOMPARE(administer(chat, R"({"type":"add_user","user":"mo","password":"mo password","role":"moderator"})").value("type"_L1), u"ack"_s);
        const auto mo = chat.welcomed(u"mo"_s, member("password", "mo password"));
        const QJsonObject reply = mo->ask(R"({"type":"create_invite"})");
        const QByteArray invite = member("invite", reply.value("code"_L1).toString().toUtf8());
        Client cy(chat.channel(), {}, u"192.0.2.7"_s);
        cy.forget();
        cy.say(hello("cy", invite + member("password", "cy password")));
        QVERIFY(chat.channel().isHashing());
        if (what == u"revoke"_s)
            QCOMPARE(administer(chat, takeBack(reply.value("invite"_L1).toObject().value("invite"_L1).toString().toUtf8())).value("type"_L1), u"ack"_s);
        else if (what == u"demote"_s)
            QCOMPARE(administer(chat, R"({"type":"set_role","user":"mo","role":"member"})").value("type"_L1), u"ack"_s);
        else if (what == u"remove"_s)
            QCOMPARE(administer(chat, R"({"type":"remove_user","user":"mo"})").value("type"_L1), u"ack"_s);
        else if (what == u"add"_s)
            addWithoutTelling(chat, u"cy"_s);
        else if (what == u"ban"_s)
            QCOMPARE(administer(chat, R"({"type":"ban","address":"192.0.2.7"})").value("type"_L1), u"ack"_s);
        else
            cy.leave();
        QVERIFY(chat.channel().isHashing());
        if (!answer.isEmpty())
            QCOMPARE(messageOf(cy.next()), answer);
        chat.settle();
        const UserRecord *known = chat.directory().user(userName(u"cy"_s));
        QVERIFY(known == nullptr);
        if (what == u"leave"_s)
            QCOMPARE(uses(chat), QList<int> { 0 });
        else if (what != u"ban"_s)
            QCOMPARE(cy.verdict(R"({"type":"ping"})"), u"pong"_s); // it is not left waiting
    }

    void whatIsAskedBehindItWaits()
    {
        Chat chat(withAccounts());
        const auto anna = withAnna(chat);
        const Made made = make(chat);
        const auto cy = chat.plain();
        cy->say(hello("cy", by(made) + member("password", "cy password")));
        cy->say(R"({"type":"who","id":2,"room":"lobby"})");
        QCOMPARE(cy->next().value("type"_L1), u"welcome"_s);
        QCOMPARE(cy->next(u"members"_s).value("id"_L1), 2);
    }

    void noMoreAreHashedAtOnceThanIsFair()
    {
        ServerSettings settings = withAccounts();
        settings.passwordCost = { 2, std::size_t(32) << 20 };
        Chat chat(settings);
        const auto anna = withAnna(chat);
        const Made made = make(chat);
        std::vector<std::unique_ptr<Client>> people;
        for (const char *name : { "p1", "p2", "p3", "p4", "p5" }) {
            people.push_back(chat.plain());
            people.back()->say(hello(name, by(made) + member("password", "long enough")));
        }
        QCOMPARE(people.back()->next().value("code"_L1), u"rate_limited"_s);
        for (std::size_t i = 0; i < PasswordGate::MaxPerAddress; ++i)
            QCOMPARE(people[i]->next().value("type"_L1), u"welcome"_s);
        QCOMPARE(people.back()->verdict(hello("p5", by(made) + member("password", "long enough"))), u"welcome"_s);
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

private:
    static inline const QDateTime Start = QDateTime(QDate(2026, 11, 24), QTime(12, 0), Qt::UTC);
    /// One that can be used once.
    static QList<InviteRecord> once(const QString &id) { return { { { .id = id, .maxUses = 1 }, "hash" } }; }
    /// On an account server.
    static std::unique_ptr<Client> withAnna(Chat &chat)
    {
        if (administer(chat, R"({"type":"add_user","user":"anna","password":"anna password"})").value("type"_L1) != "ack"_L1)
            qFatal("anna has no account");
        return chat.welcomed(u"anna"_s, member("password", "anna password"));
    }
    /// An account that the store has, and the chat does not know of yet.
    static void addWithoutTelling(Chat &chat, const QString &name)
    {
        chat.store().accounts().addAccount({ .name = userName(name) }, {}, {}, [](const auto &) {});
    }
};

HEARTH_SERVER_TEST_MAIN(tst_Invites)
#include "tst_invites.moc"
