#pragma once

#include <QtGlobal>

/// Bounds that both sides of the wire know without having been told (protocol.md §5).
namespace hearth::limits {

inline constexpr quint16 DefaultPort = 7373;
inline constexpr int ProtocolVersion = 1;

inline constexpr int MaxRoomIdLength = 64;
inline constexpr int MaxUserNameLength = 32;
inline constexpr int MaxClientIdLength = 64;
inline constexpr int MaxRequestIdLength = 128;
inline constexpr int MaxRoomNameLength = 64; ///< characters of a room's display name
inline constexpr int MaxTopicLength = 300; ///< characters
inline constexpr int MaxEmojiLength = 32; ///< UTF-16 units: the longest joined sequences are under 20
inline constexpr int MaxQueryLength = 256; ///< characters of a search
inline constexpr int MaxTokenLength = 128;
inline constexpr int MaxPasswordLength = 1024; ///< bytes: a longer one is refused before any work
inline constexpr int MinPasswordLength = 8; ///< characters of a new one
inline constexpr int MaxSessionIdLength = 64;

inline constexpr int DefaultMaxContentLength = 16'384; ///< characters (code points)
inline constexpr qint64 DefaultMaxMessageSize = 1'048'576; ///< bytes of one WebSocket message

inline constexpr int MaxHistoryLimit = 500;
inline constexpr int DefaultHistoryLimit = 50;
inline constexpr int MaxSyncLimit = 500;
inline constexpr int DefaultSyncLimit = 500;
inline constexpr int MaxSearchLimit = 100;
inline constexpr int DefaultSearchLimit = 20;

inline constexpr int MaxKeepDays = 36'500; ///< a hundred years; 0 says for good

inline constexpr int MaxReasonLength = 200; ///< characters of why somebody was removed or muted
inline constexpr qint64 MaxRestrictionSeconds = 315'360'000; ///< of a ban or mute that ends: ten years
inline constexpr int MaxSlowModeSeconds = 21'600; ///< six hours
inline constexpr int MaxAddressLength = 64; ///< characters of an address or subnet
inline constexpr int MaxAuditLimit = 100;
inline constexpr int DefaultAuditLimit = 50;

inline constexpr int MaxInviteUses = 10'000;
inline constexpr int MaxInviteCodeLength = 128; ///< characters; those that the server makes have 22
inline constexpr int MaxInviteIdLength = 64;

inline constexpr int MaxJsonDepth = 1000; ///< levels of nesting
inline constexpr int MaxJsonMembers = 1024; ///< members of one object

} // namespace hearth::limits
