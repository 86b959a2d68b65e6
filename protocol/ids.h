#pragma once

#include "protocol/result.h"

#include <QHashFunctions>
#include <QMetaType>
#include <QString>

#include <compare>
#include <optional>
#include <variant>

namespace hearth {

/// Why a piece of text cannot be an id or a name.
enum class NameError {
    Empty,
    TooLong,
    ForbiddenCharacter,
};

/// The name of a room on the wire: `[a-z0-9][a-z0-9._-]{0,63}`, or `dm:` and 32 hexadecimal digits for
/// a direct room. Which of the two it is, `isDirect()` tells.
class RoomId
{
public:
    RoomId() = default;
    /// Checks the rule above. A direct room's id passes only through here, never through a user's
    /// `create_room` (the server refuses those).
    [[nodiscard]] static Result<RoomId, NameError> parse(QStringView text);
    /// `lobby`, the room that always exists.
    [[nodiscard]] static RoomId lobby();

    [[nodiscard]] const QString &toString() const { return m_text; }
    [[nodiscard]] bool isDirect() const;
    [[nodiscard]] bool isNull() const { return m_text.isEmpty(); }

    friend bool operator==(const RoomId &, const RoomId &) = default;
    friend bool operator<(const RoomId &a, const RoomId &b) { return a.m_text < b.m_text; }
    friend size_t qHash(const RoomId &id, size_t seed = 0) noexcept { return qHash(id.m_text, seed); }

private:
    QString m_text;
};

/// A person's name as shown, with the folded form by which it is unique (protocol.md §5): NFKC, trimmed,
/// 1–32 characters, no control or bidi-override characters, no `@`, `#`, `:` or line break.
/// Equality, order and hash go by the folded form: "Anna" and "ANNA" are the same user.
class UserName
{
public:
    UserName() = default;
    [[nodiscard]] static Result<UserName, NameError> parse(QStringView text);

    /// As its owner writes it.
    [[nodiscard]] const QString &toString() const { return m_text; }
    /// Case-folded NFKC form: the key under which the name is unique.
    [[nodiscard]] const QString &folded() const { return m_folded; }
    [[nodiscard]] bool isNull() const { return m_text.isEmpty(); }

    friend bool operator==(const UserName &a, const UserName &b) { return a.m_folded == b.m_folded; }
    friend bool operator<(const UserName &a, const UserName &b) { return a.m_folded < b.m_folded; }
    friend size_t qHash(const UserName &name, size_t seed = 0) noexcept
    {
        return qHash(name.m_folded, seed);
    }

private:
    QString m_text;
    QString m_folded;
};

/// The place of an event in its room's log: 1, 2, 3 … without a gap. 0 is "before the first".
class Seq
{
public:
    constexpr Seq() = default;
    constexpr explicit Seq(qint64 value) : m_value(value) { }

    [[nodiscard]] constexpr qint64 value() const { return m_value; }
    [[nodiscard]] constexpr Seq next() const { return Seq(m_value + 1); }

    friend constexpr auto operator<=>(Seq, Seq) = default;
    friend size_t qHash(Seq seq, size_t seed = 0) noexcept { return qHash(seq.m_value, seed); }

private:
    qint64 m_value = 0;
};

/// What a sender calls its message so that a retry is recognised: 1–64 characters, unique per user.
class ClientId
{
public:
    ClientId() = default;
    [[nodiscard]] static Result<ClientId, NameError> parse(QStringView text);
    /// A fresh random one (128 bits, hexadecimal).
    [[nodiscard]] static ClientId generate();

    [[nodiscard]] const QString &toString() const { return m_text; }
    [[nodiscard]] bool isNull() const { return m_text.isEmpty(); }

    friend bool operator==(const ClientId &, const ClientId &) = default;
    friend size_t qHash(const ClientId &id, size_t seed = 0) noexcept { return qHash(id.m_text, seed); }

private:
    QString m_text;
};

/// What a request carries so that its one reply can be told from others: a string of at most 128
/// characters or an integer.
using RequestId = std::variant<qint64, QString>;

} // namespace hearth

Q_DECLARE_METATYPE(hearth::RoomId)
Q_DECLARE_METATYPE(hearth::UserName)
Q_DECLARE_METATYPE(hearth::Seq)
Q_DECLARE_METATYPE(hearth::ClientId)
