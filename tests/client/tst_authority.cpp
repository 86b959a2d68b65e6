#include "client/authority.h"
#include "tests/chat/chattestkit.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;
using test::Chat;
using test::Client;

namespace {

const Role Roles[] { Role::Owner, Role::Moderator, Role::Member, Role::Guest };

QByteArray nameOf(Role role) { return role == Role::Owner ? "owner" : role == Role::Moderator ? "moderator" : role == Role::Member ? "member" : "guest"; }

QByteArray filled(QByteArray text, const QByteArray &value) { return text.replace("%1", value); }

/// Me and you, in whatever role, in a chat that belongs to a third.
struct Scene
{
    explicit Scene(Role mine, Role yours = Role::Guest)
        : third(chat.welcomed(u"third"_s)), me(chat.welcomed(u"me"_s)), you(chat.welcomed(u"you"_s))
    {
        give("me", mine);
        give("you", yours);
        forget();
    }
    void give(const QByteArray &user, Role role)
    {
        const QByteArray frame = filled(R"({"type":"set_role","id":1,"user":"%1","role":"%2"})", user).replace("%2", nameOf(role));
        const QJsonObject reply = test::administer(chat, frame);
        if (reply["type"_L1] != "ack"_L1)
            qFatal("no role: %s", QJsonDocument(reply).toJson().constData());
    }
    /// Whether the server does what this client asks for; `frame` has "id":9.
    static bool does(Client &client, const QByteArray &frame)
    {
        client.forget();
        client.say(frame);
        QJsonObject reply = client.next();
        while (reply["id"_L1].toInt() != 9)
            reply = client.next();
        const QString code = reply["code"_L1].toString();
        if (!code.isEmpty() && code != "forbidden"_L1)
            qFatal("asked the wrong way: %s", QJsonDocument(reply).toJson().constData());
        return code.isEmpty();
    }
    void forget()
    {
        chat.settle();
        for (const auto &client : { third.get(), me.get(), you.get() })
            client->forget();
    }

    Chat chat;
    std::unique_ptr<Client> third;
    std::unique_ptr<Client> me;
    std::unique_ptr<Client> you;
};

const UserName Me = *UserName::parse(u"me");
const UserName You = *UserName::parse(u"you");

} // namespace

Q_DECLARE_METATYPE(Role)
Q_DECLARE_METATYPE(RoomKind)

/// What the client takes for allowed, is, and nothing else: each row is asked of a real chat.
class tst_Authority : public test::Test
{
    Q_OBJECT

private slots:
    void towardsSomebody_data()
    {
        QTest::addColumn<Role>("mine");
        QTest::addColumn<Role>("yours");
        QTest::addColumn<QByteArray>("whom");
        QTest::addColumn<QByteArray>("deed");
        const QByteArray deeds[] { R"({"type":"mute","id":9,"user":"%1"})", R"({"type":"mute","id":9,"user":"%1","room":"lobby"})",
                                   R"({"type":"kick","id":9,"user":"%1"})", R"({"type":"kick","id":9,"user":"%1","room":"lobby"})",
                                   R"({"type":"ban","id":9,"user":"%1"})" };
        for (const Role mine : Roles) {
            for (const QByteArray &deed : deeds) {
                for (const Role yours : Roles)
                    QTest::addRow("a %s does %s to a %s", nameOf(mine).constData(), deed.constData(), nameOf(yours).constData()) << mine << yours << QByteArray("you") << deed;
                QTest::addRow("a %s does %s to themselves", nameOf(mine).constData(), deed.constData()) << mine << mine << QByteArray("me") << deed;
            }
        }
    }
    void towardsSomebody()
    {
        QFETCH(Role, mine);
        QFETCH(Role, yours);
        QFETCH(QByteArray, whom);
        QFETCH(QByteArray, deed);
        const Scene scene(mine, yours);
        const UserName &other = whom == "me" ? Me : You;
        QCOMPARE(Authority(Me, mine).mayRestrain(other, yours), Scene::does(*scene.me, filled(deed, whom)));
    }

    void roles_data()
    {
        QTest::addColumn<Role>("mine");
        QTest::addColumn<Role>("yours");
        for (const Role mine : Roles) {
            for (const Role yours : Roles)
                QTest::addRow("a %s makes a %s a member", nameOf(mine).constData(), nameOf(yours).constData()) << mine << yours;
        }
    }
    void roles()
    {
        QFETCH(Role, mine);
        QFETCH(Role, yours);
        const Scene scene(mine, yours);
        const Authority authority(Me, mine);
        QCOMPARE(authority.mayGiveRoleTo(You), Scene::does(*scene.me, R"({"type":"set_role","id":9,"user":"you","role":"member"})"));
        QVERIFY(!authority.mayGiveRoleTo(Me));
    }

    void whatOthersDid_data()
    {
        QTest::addColumn<Role>("mine");
        QTest::addColumn<QByteArray>("by");
        for (const Role mine : Roles) {
            for (const char *by : { "third", "you", "the command line" })
                QTest::addRow("a %s, done by %s", nameOf(mine).constData(), by) << mine << QByteArray(by);
        }
    }
    void whatOthersDid()
    {
        QFETCH(Role, mine);
        QFETCH(QByteArray, by);
        Scene scene(mine, Role::Moderator);
        const auto cy = scene.chat.welcomed(u"cy"_s);
        scene.forget();
        const QByteArray mute = R"({"type":"mute","id":9,"user":"cy"})";
        if (by == "the command line")
            QCOMPARE(test::administer(scene.chat, mute)["type"_L1], u"ack"_s);
        else
            QVERIFY(Scene::does(by == "third" ? *scene.third : *scene.you, mute));
        scene.forget();
        const std::optional<Role> whose = by == "third" ? std::optional(Role::Owner) : by == "you" ? std::optional(Role::Moderator) : std::nullopt;
        QCOMPARE(Authority(Me, mine).mayLift(whose), Scene::does(*scene.me, R"({"type":"unmute","id":9,"user":"cy"})"));
    }

    void rooms_data()
    {
        QTest::addColumn<Role>("mine");
        QTest::addColumn<RoomKind>("kind");
        QTest::addColumn<bool>("isMine");
        for (const Role mine : Roles) {
            for (const bool isMine : { false, true }) {
                QTest::addRow("a %s, a public room%s", nameOf(mine).constData(), isMine ? " of their own" : "") << mine << RoomKind::Public << isMine;
                QTest::addRow("a %s, a private room%s", nameOf(mine).constData(), isMine ? " of their own" : "") << mine << RoomKind::Private << isMine;
            }
            QTest::addRow("a %s, a conversation of two", nameOf(mine).constData()) << mine << RoomKind::Direct << true;
        }
    }
    void rooms()
    {
        QFETCH(Role, mine);
        QFETCH(RoomKind, kind);
        QFETCH(bool, isMine);
        Scene scene(mine);
        Client &maker = isMine ? *scene.me : *scene.you;
        Client &other = isMine ? *scene.you : *scene.me;
        QByteArray room = "ops";
        if (kind == RoomKind::Direct) {
            scene.me->say(R"({"type":"direct","user":"you"})");
            room = scene.me->next(u"room"_s)["room"_L1].toString().toUtf8();
        } else {
            const QByteArray named = kind == RoomKind::Public ? "public" : "private";
            QVERIFY(Scene::does(maker, filled(R"({"type":"create_room","id":9,"room":"ops","name":"Ops","kind":"%1"})", named)));
            const QByteArray guest = isMine ? "you" : "me";
            if (kind == RoomKind::Public)
                QVERIFY(Scene::does(other, R"({"type":"join","id":9,"room":"ops"})"));
            else
                QVERIFY(Scene::does(maker, filled(R"({"type":"invite","id":9,"room":"ops","user":"%1"})", guest)));
        }
        scene.forget();
        scene.you->say(filled(R"({"type":"message","room":"%1","content":"mine"})", room));
        const QByteArray seq = QByteArray::number(scene.you->next(u"message"_s)["seq"_L1].toInt());
        const Authority authority(Me, mine);
        RoomSummary summary;
        summary.kind = kind;
        summary.creator = isMine ? Me : You;
        QCOMPARE(authority.mayDeleteOthers(kind), Scene::does(*scene.me, filled(R"({"type":"delete","id":9,"room":"%1","seq":%2})", room).replace("%2", seq)));
        QCOMPARE(authority.mayShape(summary), Scene::does(*scene.me, filled(R"({"type":"set_topic","id":9,"room":"%1","topic":"new"})", room)));
    }

    void inCharge_data()
    {
        QTest::addColumn<Role>("mine");
        for (const Role mine : Roles)
            QTest::addRow("%s", nameOf(mine).constData()) << mine;
    }
    void inCharge()
    {
        QFETCH(Role, mine);
        const Scene scene(mine);
        for (const char *frame : { R"({"type":"bans","id":9})", R"({"type":"audit","id":9})", R"({"type":"waiting_guests","id":9})",
                                         R"({"type":"set_slow_mode","id":9,"room":"lobby","seconds":5})", R"({"type":"close_room","id":9,"room":"lobby"})",
                                         R"({"type":"announce","id":9,"content":"hear"})", R"({"type":"invites","id":9})" })
            QCOMPARE(Scene::does(*scene.me, frame), Authority(Me, mine).isInCharge());
    }
};

HEARTH_TEST_MAIN(tst_Authority)
#include "tst_authority.moc"
