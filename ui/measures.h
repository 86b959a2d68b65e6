#pragma once

/// Measures of look.md, in device-independent pixels, on a grid of 4.
namespace hearth::measures {

inline constexpr int Gap = 4;
inline constexpr int SmallPadding = 8;
inline constexpr int Padding = 12;
inline constexpr int Margin = 16;
inline constexpr int WideMargin = 24;
inline constexpr int ControlRadius = 6;
inline constexpr int CardRadius = 8;

inline constexpr int Icon = 20;
inline constexpr int SmallIcon = 16;
inline constexpr int Avatar = 36;
inline constexpr int SmallAvatar = 24;

inline constexpr int HeaderHeight = 52;
inline constexpr int RoomRowHeight = 32;
inline constexpr int MemberRowHeight = 40;
inline constexpr int TypingLineHeight = 20;
inline constexpr int SidebarWidth = 240;
inline constexpr int SidebarMinWidth = 180;
inline constexpr int SidebarMaxWidth = 360;
inline constexpr int MembersWidth = 200;
inline constexpr int ConversationMinWidth = 280;
inline constexpr int NarrowWidth = 640; ///< below, the sidebar lies over the timeline
inline constexpr int MediumWidth = 900; ///< below, the members lie over the timeline
inline constexpr int StartCardWidth = 440;
inline constexpr int QuestionWidth = 360;

inline constexpr double SmallType = 0.85;
inline constexpr double RoomTitleType = 1.15;
inline constexpr double StartTitleType = 1.5;
inline constexpr double BodyLineHeight = 1.4;
inline constexpr int MaxLineCharacters = 90;

} // namespace hearth::measures
