<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US" sourcelanguage="en_US">
<!-- English itself: only what has a singular and a plural. Made with lupdate -I . -pluralonly ui app. -->
<context>
    <name>hearth::Composer</name>
    <message numerus="yes">
        <source>This is %n character(s) too long. Shorten it, or send it in parts.</source>
        <translation>
            <numerusform>This is %n character too long. Shorten it, or send it in parts.</numerusform>
            <numerusform>This is %n characters too long. Shorten it, or send it in parts.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hearth::JumpButton</name>
    <message numerus="yes">
        <source>Jump to newest, %n message(s) below</source>
        <translation>
            <numerusform>Jump to newest, %n message below</numerusform>
            <numerusform>Jump to newest, %n messages below</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hearth::MainWindow</name>
    <message numerus="yes">
        <source>%n other(s) are connected to this chat.</source>
        <translation>
            <numerusform>Somebody else is connected to this chat.</numerusform>
            <numerusform>%n others are connected to this chat.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hearth::MembersPanel</name>
    <message numerus="yes">
        <source>%n member(s)</source>
        <translation>
            <numerusform>%n member</numerusform>
            <numerusform>%n members</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hearth::RoomHeader</name>
    <message numerus="yes">
        <source>%n member(s)</source>
        <translation>
            <numerusform>%n member</numerusform>
            <numerusform>%n members</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hearth::Sidebar</name>
    <message numerus="yes">
        <source>%n unread message(s)</source>
        <translation>
            <numerusform>%n unread message</numerusform>
            <numerusform>%n unread messages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them name(s) you</source>
        <translation>
            <numerusform>%n of them names you</numerusform>
            <numerusform>%n of them name you</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hearth::TimelineRows</name>
    <message numerus="yes">
        <source>%n reaction(s) %1</source>
        <translation>
            <numerusform>%n reaction %1</numerusform>
            <numerusform>%n reactions %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ModerationWords</name>
    <message numerus="yes">
        <source>%1 and %n other(s) wait to come in</source>
        <translation>
            <numerusform>%1 and %n other wait to come in</numerusform>
            <numerusform>%1 and %n others wait to come in</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n day</numerusform>
            <numerusform>%n days</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hour(s)</source>
        <translation>
            <numerusform>%n hour</numerusform>
            <numerusform>%n hours</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n minute</numerusform>
            <numerusform>%n minutes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n second(s)</source>
        <translation>
            <numerusform>%n second</numerusform>
            <numerusform>%n seconds</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n day</numerusform>
            <numerusform>%n days</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Messages are kept for %n day(s).</source>
        <translation>
            <numerusform>Messages are kept for %n day.</numerusform>
            <numerusform>Messages are kept for %n days.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>What is older than %n day(s) is removed for everyone, and cannot be brought back.</source>
        <translation>
            <numerusform>What is older than %n day is removed for everyone, and cannot be brought back.</numerusform>
            <numerusform>What is older than %n days is removed for everyone, and cannot be brought back.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Older messages are gone: this room keeps %n day(s).</source>
        <translation>
            <numerusform>Older messages are gone: this room keeps %n day.</numerusform>
            <numerusform>Older messages are gone: this room keeps %n days.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n other(s)</source>
        <translation>
            <numerusform>%1 and %n other</numerusform>
            <numerusform>%1 and %n others</numerusform>
        </translation>
    </message>
</context>
</TS>
