#include "tests/chat/chattestkit.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>
#include <QJsonArray>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;
using test::Chat;
using test::Client;
using test::json;
using test::unhurried;

namespace {

ServerSettings withDoor()
{
    ServerSettings settings = unhurried();
    settings.approveGuests = true;
    return settings;
}

/// JSON with `%1` filled in. (moc 6.4 loses its way where a raw string ends within a JSON string.)
QByteArray filled(const char *text, const QByteArray &value) { return QByteArray(text).replace("%1", value); }

QByteArray tokenOf(const QJsonObject &welcome)
{
    return filled(R"(,"token":"%1")", welcome.value("token"_L1).toString().toUtf8());
}

} // namespace

/// A server that lets nobody in unasked.
class tst_Guests : public test::Test
{
    Q_OBJECT

private slots:
    void theFirstOneIsAskedByNobody()
    {
        Chat chat(withDoor());
        const auto anna = chat.plain();
        QCOMPARE(anna->ask(R"({"type":"hello","user":"anna"})").value("role"_L1), u"owner"_s);
    }

    /// Where somebody hosts from a window, whoever is faster than they are waits for them.
    void theFirstOneIsTheHost()
    {
        ServerSettings settings = unhurried();
        settings.isOwnerLocal = true;
        Chat chat(settings);
        Client eve(chat.channel(), {}, u"192.0.2.66"_s);
        eve.forget();
        const QJsonObject refusal = eve.ask(R"({"type":"hello","user":"eve"})");
        QCOMPARE(refusal.value("code"_L1), u"rate_limited"_s);
        QCOMPARE(refusal.value("message"_L1), u"The host is not there yet"_s);
        QCOMPARE(refusal.value("retry_after_ms"_L1), 1'000);
        QCOMPARE(chat.plain()->ask(R"({"type":"hello","user":"anna"})").value("role"_L1), u"owner"_s);
        QCOMPARE(eve.ask(R"({"type":"hello","user":"eve"})").value("role"_L1), u"guest"_s);
    }

    void guestsWait()
    {
        Chat chat(withDoor());
        const auto anna = chat.welcomed(u"anna"_s);
        const auto cy = chat.plain();
        QCOMPARE(cy->ask(R"({"type":"hello","id":1,"user":"cy","client":{"name":"hearth","version":"0.1.0"}})"),
                 json(R"({"type":"waiting","id":1,"user":"cy","until":"2026-11-24T12:10:00.000Z"})"));
        QCOMPARE(anna->next(), json(R"({"type":"guest_waiting","user":"cy","client":"hearth 0.1.0","address":"127.0.0.1","timestamp":T,"is_waiting":true})"));
        QCOMPARE(anna->ask(R"({"type":"waiting_guests"})"),
                 json(R"({"type":"waiting_guests","guests":[{"user":"cy","client":"hearth 0.1.0","address":"127.0.0.1","timestamp":T}]})"));
        QCOMPARE(cy->verdict(R"({"type":"ping"})"), u"pong"_s);
        QCOMPARE(cy->verdict(R"({"type":"history"})"), u"unauthorized"_s);
        QCOMPARE(cy->verdict(R"({"type":"hello","user":"cy"})"), u"conflict"_s);
        const auto other = chat.plain();
        QCOMPARE(other->verdict(R"({"type":"hello","user":"cy"})"), u"name_taken"_s);
    }

    void letIn()
    {
        Chat chat(withDoor());
        const auto anna = chat.welcomed(u"anna"_s);
        const auto cy = chat.plain();
        QCOMPARE(cy->verdict(R"({"type":"hello","id":1,"user":"cy"})"), u"waiting"_s);
        anna->forget();
        anna->say(R"({"type":"admit","id":5,"user":"cy"})");
        const QJsonObject welcome = cy->next();
        QCOMPARE(welcome.value("type"_L1), u"welcome"_s);
        QCOMPARE(welcome.value("id"_L1), 1);
        QCOMPARE(anna->next().value("is_waiting"_L1), false);
        QCOMPARE(anna->next(u"ack"_s).value("id"_L1), 5);
        chat.settle();
        anna->forget();
        const QJsonArray entries = anna->ask(R"({"type":"audit"})").value("entries"_L1).toArray();
        QCOMPARE(entries.first().toObject(), json(R"({"entry":1,"timestamp":T,"by":"anna","deed":"admit","user":"cy","address":"127.0.0.1"})"));
        // Whom they know they ask no more.
        cy->leave();
        const auto again = chat.plain();
        again->hello(u"cy"_s, tokenOf(welcome));
    }

    void turnedAway()
    {
        Chat chat(withDoor());
        const auto anna = chat.welcomed(u"anna"_s);
        const auto cy = chat.plain();
        QCOMPARE(cy->verdict(R"({"type":"hello","user":"cy"})"), u"waiting"_s);
        anna->say(R"({"type":"admit","user":"cy","admit":false,"reason":"full"})");
        QCOMPARE(cy->next(), json(R"({"type":"error","message":"You were not let in by anna: full","code":"forbidden","timestamp":T,
                                      "removal":{"kind":"turned_away","by":"anna","reason":"full"}})"));
        QCOMPARE(cy->closeCode(), 1008);
        QVERIFY(chat.directory().user(UserName::parse(u"cy"_s).value()) == nullptr);
    }

    void nobodyAnswers()
    {
        ServerSettings settings = withDoor();
        settings.guestTimeout = std::chrono::milliseconds(1);
        Chat chat(settings);
        const auto anna = chat.welcomed(u"anna"_s);
        const auto cy = chat.plain();
        QCOMPARE(cy->verdict(R"({"type":"hello","user":"cy"})"), u"waiting"_s);
        chat.passSeconds(1);
        QCOMPARE(cy->next().value("removal"_L1).toObject(), json(R"({"kind":"turned_away","reason":"Nobody has answered"})"));
        QCOMPARE(cy->closeCode(), 1008);
        QCOMPARE(anna->next().value("is_waiting"_L1), true);
        QCOMPARE(anna->next().value("is_waiting"_L1), false);
    }

    /// Who waits longest goes first, whoever connected first; and then it is the next one's turn.
    void eachIsTurnedAwayInTheirTime()
    {
        ServerSettings settings = withDoor();
        settings.guestTimeout = std::chrono::milliseconds(1);
        Chat chat(settings);
        const auto anna = chat.welcomed(u"anna"_s);
        const auto dee = chat.plain();
        const auto cy = chat.plain();
        chat.passSeconds(-10); // cy comes ten seconds before dee
        QCOMPARE(cy->verdict(R"({"type":"hello","user":"cy"})"), u"waiting"_s);
        chat.passSeconds(10);
        QCOMPARE(dee->verdict(R"({"type":"hello","user":"dee"})"), u"waiting"_s);
        QCOMPARE(cy->next().value("code"_L1), u"forbidden"_s);
        QVERIFY(dee->isOpen());
        anna->forget();
        QCOMPARE(anna->ask(R"({"type":"waiting_guests"})").value("guests"_L1).toArray().size(), 1);
        QVERIFY(dee->heardTypes().isEmpty());
        chat.passSeconds(1);
        QCOMPARE(dee->next().value("code"_L1), u"forbidden"_s);
    }

    /// It is refused to the guest; whose it is now notices nothing.
    void aNameThatWasGivenAwayMeanwhile()
    {
        Chat chat(withDoor());
        const auto anna = chat.welcomed(u"anna"_s);
        const auto guest = chat.plain();
        QCOMPARE(guest->verdict(R"({"type":"hello","id":1,"user":"cy"})"), u"waiting"_s);
        QCOMPARE(test::administer(chat, R"({"type":"add_user","user":"Cy","password":"cy password"})").value("type"_L1), u"ack"_s);
        anna->forget();
        anna->say(R"({"type":"admit","id":2,"user":"cy"})");
        const QJsonObject answer = anna->next(u"error"_s);
        QCOMPARE(answer.value("code"_L1), u"conflict"_s);
        QCOMPARE(answer.value("message"_L1), u"The name has become somebody's meanwhile"_s);
        QCOMPARE(answer.value("id"_L1), 2);
        const QJsonObject refused = guest->next();
        QCOMPARE(refused.value("code"_L1), u"name_taken"_s);
        QCOMPARE(refused.value("id"_L1), 1);
        chat.settle();
        const UserName cy = UserName::parse(u"cy"_s).value();
        QVERIFY(!chat.directory().isMember(RoomId::lobby(), cy));
        QCOMPARE(chat.directory().user(cy)->name.toString(), u"Cy"_s);
        QVERIFY(chat.directory().sessionsOf(cy).isEmpty());
        QCOMPARE(guest->verdict(R"({"type":"hello","user":"dora"})"), u"waiting"_s); // another name may do
    }

    /// Both at once: the store decides, and whoever loses joins nothing.
    void aNameThatIsGivenAwayAtTheSameTime()
    {
        Chat chat(withDoor());
        const auto anna = chat.welcomed(u"anna"_s);
        const auto guest = chat.plain();
        QCOMPARE(guest->verdict(R"({"type":"hello","user":"cy"})"), u"waiting"_s);
        const UserName cy = UserName::parse(u"cy"_s).value();
        chat.store().accounts().addAccount({ .name = cy, .role = Role::Member, .passwordHash = "x" }, {}, {}, [](const auto &) {});
        anna->say(R"({"type":"admit","user":"cy"})");
        QCOMPARE(guest->next().value("code"_L1), u"name_taken"_s);
        chat.settle();
        QVERIFY(!chat.directory().isMember(RoomId::lobby(), cy));
        anna->forget();
        QCOMPARE(anna->verdict(R"({"type":"history"})"), u"history"_s);
        QVERIFY(!anna->heardTypes().contains(u"member"_s));
    }

    void whoWaitsIsSentAwayByName_data()
    {
        QTest::addColumn<QByteArray>("deed");
        QTest::addColumn<QByteArray>("removal");
        QTest::addColumn<bool>("isKeptAway");
        QTest::newRow("kick") << QByteArray(R"({"type":"kick","user":"CY","reason":"loud"})") << QByteArray(R"({"kind":"kicked","by":"anna","reason":"loud"})") << false;
        QTest::newRow("ban") << QByteArray(R"({"type":"ban","user":"CY","reason":"loud"})") << QByteArray(R"({"kind":"banned","by":"anna","reason":"loud"})") << true;
        QTest::newRow("ban of the address") << QByteArray(R"({"type":"ban","address":"192.0.2.7","reason":"loud"})")
                                            << QByteArray(R"({"kind":"banned","by":"anna","reason":"loud"})") << true;
    }
    void whoWaitsIsSentAwayByName()
    {
        QFETCH(QByteArray, deed);
        QFETCH(QByteArray, removal);
        QFETCH(bool, isKeptAway);
        Chat chat(withDoor());
        const auto anna = chat.welcomed(u"anna"_s);
        Client cy(chat.channel(), {}, u"192.0.2.7"_s);
        QCOMPARE(cy.next().value("type"_L1), u"connected"_s);
        QCOMPARE(cy.verdict(R"({"type":"hello","user":"cy"})"), u"waiting"_s);
        anna->forget();
        anna->say(deed);
        QCOMPARE(cy.next().value("removal"_L1).toObject(), json(removal));
        QCOMPARE(cy.closeCode(), 1008);
        QCOMPARE(anna->next(u"guest_waiting"_s).value("is_waiting"_L1), false);
        chat.settle();
        anna->forget();
        QCOMPARE(anna->verdict(R"({"type":"admit","user":"cy"})"), u"not_found"_s);
        Client again(chat.channel(), {}, u"192.0.2.7"_s);
        QCOMPARE(again.next().value("type"_L1), u"connected"_s);
        QCOMPARE(again.verdict(R"({"type":"hello","user":"cy"})"), isKeptAway ? u"forbidden"_s : u"waiting"_s);
    }

    void whoComesLaterHearsWhoWaits()
    {
        Chat chat(withDoor());
        QByteArray token;
        {
            const auto anna = chat.plain();
            token = tokenOf(anna->hello(u"anna"_s));
            anna->leave();
        }
        const auto cy = chat.plain();
        QCOMPARE(cy->verdict(R"({"type":"hello","user":"cy"})"), u"waiting"_s);
        const auto anna = chat.plain();
        anna->hello(u"anna"_s, token);
        QCOMPARE(anna->next(u"guest_waiting"_s).value("user"_L1), u"cy"_s);
        cy->leave(); // waits no longer
        QCOMPARE(anna->next(u"guest_waiting"_s).value("is_waiting"_L1), false);
        QCOMPARE(anna->verdict(R"({"type":"admit","user":"cy"})"), u"not_found"_s);
    }

    void placesAreBounded()
    {
        Chat chat(withDoor());
        const auto anna = chat.welcomed(u"anna"_s);
        std::vector<std::unique_ptr<Client>> guests;
        for (int i = 0; i < 5; ++i) {
            guests.push_back(chat.plain());
            QCOMPARE(guests.back()->verdict(filled(R"({"type":"hello","user":"g%1"})", QByteArray::number(i))), u"waiting"_s);
        }
        const auto sixth = chat.plain();
        QCOMPARE(sixth->verdict(R"({"type":"hello","user":"g5"})"), u"rate_limited"_s);
        Client elsewhere(chat.channel(), {}, u"192.0.2.1"_s);
        QCOMPARE(elsewhere.next().value("type"_L1), u"connected"_s);
        QCOMPARE(elsewhere.verdict(R"({"type":"hello","user":"g6"})"), u"waiting"_s);
        guests.front()->leave();
        QCOMPARE(sixth->verdict(R"({"type":"hello","user":"g5"})"), u"waiting"_s);
    }

    void plainClientsStayOutside()
    {
        Chat chat(withDoor());
        const auto anna = chat.welcomed(u"anna"_s);
        const auto plain = chat.plain();
        QCOMPARE(plain->verdict(R"({"type":"message","content":"hi","user":"bo"})"), u"unauthorized"_s);
        QCOMPARE(anna->verdict(R"({"type":"message","content":"secret","id":1})"), u"ack"_s);
        chat.settle();
        QVERIFY(plain->heardTypes().isEmpty());
    }
};

HEARTH_TEST_MAIN(tst_Guests)
#include "tst_guests.moc"
