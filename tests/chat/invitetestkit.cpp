#include "tests/chat/invitetestkit.h"

#include <QJsonArray>

namespace hearth::test {

using namespace Qt::Literals::StringLiterals;

QJsonObject dead()
{
    return json(R"({"type":"error","message":"This invite does not hold any more","code":"unauthorized","timestamp":T,"detail":"invite"})");
}

Made make(Chat &chat, const QByteArray &more)
{
    const QJsonObject reply = administer(chat, filled(R"({"type":"create_invite"%1})", more));
    if (reply.value("type"_L1) != u"invite_created"_s)
        qFatal("no invite: %s", qPrintable(messageOf(reply)));
    return { reply.value("code"_L1).toString().toUtf8(), reply.value("invite"_L1).toObject().value("invite"_L1).toString().toUtf8() };
}

QByteArray by(const Made &made) { return member("invite", made.code); }

QByteArray takeBack(const QByteArray &id) { return filled(R"({"type":"revoke_invite","invite":"%1"})", id); }

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

InviteCast::InviteCast(Chat &chat) : Cast(chat)
{
    for (const char *frame : { R"({"type":"create_room","room":"ops","kind":"private"})", R"({"type":"create_room","room":"den","kind":"private"})",
                               R"({"type":"create_room","room":"tea"})", R"({"type":"invite","room":"ops","user":"mo"})",
                               R"({"type":"direct","user":"mo"})" }) {
        anna->say(frame);
        chat.settle();
    }
    forget();
}

ServerSettings approving()
{
    ServerSettings settings = unhurried();
    settings.approveGuests = true;
    return settings;
}

std::unique_ptr<Client> withAnna(Chat &chat)
{
    if (administer(chat, R"({"type":"add_user","user":"anna","password":"anna password"})").value("type"_L1) != "ack"_L1)
        qFatal("anna has no account");
    return chat.welcomed(u"anna"_s, member("password", "anna password"));
}

} // namespace hearth::test
