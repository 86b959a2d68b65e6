#pragma once

#include "tests/chat/chattestkit.h"

/// Who takes part in tests of what those in charge may do, and how their frames are written.
namespace hearth::test {

/// JSON with `%1` and `%2` filled in. (moc 6.4 loses its way where a raw string ends within a JSON string.)
[[nodiscard]] QByteArray filled(const char *text, const QByteArray &first, const QByteArray &second = {});
/// One more member of an object's, with a comma in front.
[[nodiscard]] QByteArray member(const QByteArray &name, const QByteArray &value);
/// A `hello`; `more` are further members.
[[nodiscard]] QByteArray hello(const QByteArray &user, const QByteArray &more = {});
/// The member `token` of a `welcome`, for another hello.
[[nodiscard]] QByteArray tokenOf(const QJsonObject &welcome);
[[nodiscard]] QString messageOf(const QJsonObject &frame);
/// The text must be a legal name.
[[nodiscard]] UserName userName(const QString &text);

/// Anna owns the chat, mo moderates it, bo is a guest. What they have heard so far is dropped.
struct Cast
{
    explicit Cast(Chat &chat);

    [[nodiscard]] Client &named(const QString &name) const;
    void forget() const;

    std::unique_ptr<Client> anna;
    std::unique_ptr<Client> mo;
    std::unique_ptr<Client> bo;
};

} // namespace hearth::test
