#pragma once

#include "tests/chat/chatcast.h"

/// For tests of invites: how one is made, said and counted.
namespace hearth::test {

/// What an invite that does not hold comes to, whatever the reason.
[[nodiscard]] QJsonObject dead();

/// An invite of the console's.
struct Made
{
    QByteArray code;
    QByteArray id;
};
/// `more` are further members of the request.
[[nodiscard]] Made make(Chat &chat, const QByteArray &more = {});
/// For a hello.
[[nodiscard]] QByteArray by(const Made &made);
[[nodiscard]] QByteArray takeBack(const QByteArray &id);
/// How many times each invite that holds was used, oldest first.
[[nodiscard]] QList<int> uses(Chat &chat);
/// By id, without direct ones.
[[nodiscard]] QStringList roomsOf(const QJsonObject &welcome);

/// The cast in its rooms: `ops` is private, with anna and mo; `den` with anna alone; `tea` is public.
struct InviteCast : Cast
{
    explicit InviteCast(Chat &chat);
};

/// Settings of a chat that lets guests in one by one.
[[nodiscard]] ServerSettings approving();
/// The owner of an account server, whose password is `anna password`.
[[nodiscard]] std::unique_ptr<Client> withAnna(Chat &chat);

} // namespace hearth::test
