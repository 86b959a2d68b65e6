#include "ui/theme.h"

#include <QGuiApplication>

#include <algorithm>
#include <array>
#include <cmath>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int HueCount = 12;
constexpr double HighContrast = 19.0;

double linear(double channel)
{
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double luminance(const QColor &color)
{
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

Theme light()
{
    Theme theme;
    theme.window = QColor(0xFA, 0xF8, 0xF5);
    theme.surface = QColor(0xFF, 0xFF, 0xFF);
    theme.sidebar = QColor(0xF1, 0xED, 0xE8);
    theme.text = QColor(0x1F, 0x1B, 0x16);
    theme.dim = QColor(0x66, 0x5E, 0x55);
    theme.border = QColor(0xE0, 0xD9, 0xD0);
    theme.accent = QColor(0xA8, 0x40, 0x1C);
    theme.onAccent = QColor(0xFF, 0xFF, 0xFF);
    theme.mention = QColor(0xFF, 0xF1, 0xD0);
    theme.error = QColor(0xB3, 0x26, 0x1E);
    theme.warn = QColor(0x7A, 0x52, 0x00);
    theme.ok = QColor(0x22, 0x69, 0x3F);
    theme.link = QColor(0x0B, 0x57, 0xA4);
    theme.hover = QColor(0xF4, 0xF0, 0xEB);
    theme.selected = QColor(0xE3, 0xDC, 0xD3);
    return theme;
}

Theme dark()
{
    Theme theme;
    theme.isDark = true;
    theme.window = QColor(0x1B, 0x19, 0x17);
    theme.surface = QColor(0x23, 0x20, 0x1D);
    theme.sidebar = QColor(0x16, 0x14, 0x12);
    theme.text = QColor(0xED, 0xE7, 0xE0);
    theme.dim = QColor(0xAB, 0xA1, 0x96);
    theme.border = QColor(0x3A, 0x34, 0x2F);
    theme.accent = QColor(0xF0, 0x8A, 0x5D);
    theme.onAccent = QColor(0x2A, 0x10, 0x06);
    theme.mention = QColor(0x3B, 0x2F, 0x17);
    theme.error = QColor(0xF2, 0xB0, 0xAB);
    theme.warn = QColor(0xF0, 0xC3, 0x6D);
    theme.ok = QColor(0x8A, 0xD0, 0xA2);
    theme.link = QColor(0x8F, 0xBC, 0xF2);
    theme.hover = QColor(0x23, 0x20, 0x1D);
    theme.selected = QColor(0x2E, 0x29, 0x25);
    return theme;
}

Theme ofSystem(const QPalette &palette)
{
    Theme theme;
    theme.isHighContrast = true;
    theme.isDark = palette.color(QPalette::Window).lightnessF() < 0.5F;
    theme.window = palette.color(QPalette::Base);
    theme.surface = palette.color(QPalette::Base);
    theme.sidebar = palette.color(QPalette::Window);
    theme.text = palette.color(QPalette::Text);
    theme.dim = theme.text;
    theme.border = palette.color(QPalette::WindowText);
    theme.accent = palette.color(QPalette::Highlight);
    theme.onAccent = palette.color(QPalette::HighlightedText);
    theme.mention = palette.color(QPalette::AlternateBase);
    theme.error = theme.text;
    theme.warn = theme.text;
    theme.ok = theme.text;
    theme.link = palette.color(QPalette::Link);
    theme.hover = palette.color(QPalette::AlternateBase);
    theme.selected = palette.color(QPalette::AlternateBase);
    return theme;
}

/// The hue at the lightness where its luminance is the one that all names share.
QColor readableHue(int hue, const Theme &theme)
{
    constexpr int Steps = 200;
    const float saturation = theme.isDark ? 0.48F : 0.62F;
    const double wanted = theme.isDark ? 0.36 : 0.12;
    for (int step = 1; step < Steps; ++step) {
        const QColor color = QColor::fromHslF(static_cast<float>(hue) / HueCount, saturation, static_cast<float>(step) / Steps);
        if (luminance(color) >= wanted)
            return color;
    }
    return theme.text;
}

std::array<QColor, HueCount> huesOf(const Theme &theme)
{
    std::array<QColor, HueCount> hues;
    for (int hue = 0; hue < HueCount; ++hue)
        hues[static_cast<size_t>(hue)] = readableHue(hue, theme);
    return hues;
}

} // namespace

double contrastRatio(const QColor &a, const QColor &b)
{
    const double la = luminance(a);
    const double lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

Theme Theme::from(const QPalette &palette)
{
    const QColor background = palette.color(QPalette::Window);
    // A plain white or black window is how systems show high contrast; ordinary themes are softer.
    const bool isExtreme = background == Qt::white || background == Qt::black;
    if (isExtreme && contrastRatio(background, palette.color(QPalette::WindowText)) >= HighContrast)
        return ofSystem(palette);
    return luminance(background) < luminance(palette.color(QPalette::WindowText)) ? dark() : light();
}

Theme Theme::current() { return from(QGuiApplication::palette()); }

QColor Theme::codeInk() { return Qt::black; }

QColor Theme::codePaper() { return Qt::white; }

QColor Theme::personColor(const UserName &name) const
{
    if (isHighContrast)
        return text;
    static const std::array<QColor, HueCount> lightHues = huesOf(light());
    static const std::array<QColor, HueCount> darkHues = huesOf(dark());
    uint hash = 2'166'136'261U; // FNV-1a: the same colour on every computer and in every run
    for (const QChar c : name.folded())
        hash = (hash ^ c.unicode()) * 16'777'619U;
    return (isDark ? darkHues : lightHues)[hash % HueCount];
}

QColor Theme::onPersonColor() const { return isHighContrast ? window : isDark ? sidebar : surface; }

QPalette Theme::palette() const
{
    QPalette palette;
    palette.setColor(QPalette::Window, surface);
    palette.setColor(QPalette::WindowText, text);
    palette.setColor(QPalette::Base, surface);
    palette.setColor(QPalette::AlternateBase, sidebar);
    palette.setColor(QPalette::Text, text);
    palette.setColor(QPalette::Button, sidebar);
    palette.setColor(QPalette::ButtonText, text);
    palette.setColor(QPalette::Highlight, accent);
    palette.setColor(QPalette::HighlightedText, onAccent);
    palette.setColor(QPalette::Link, link);
    palette.setColor(QPalette::PlaceholderText, dim);
    palette.setColor(QPalette::ToolTipBase, surface);
    palette.setColor(QPalette::ToolTipText, text);
    return palette;
}

QString Theme::styleSheet() const
{
    QString sheet = uR"(
QWidget { color: $text; }
QMainWindow, #startPage, #chatPage, #timeline { background: $window; }
QDialog { background: $surface; }
QLabel { background: transparent; }
QLabel[role="dim"] { color: $dim; }
QLabel[role="error"] { color: $error; }
QLabel[role="warn"] { color: $warn; font-weight: 600; }
QLabel[role="title"] { font-weight: 600; }
#card, #composerCard { background: $surface; border: 1px solid $border; border-radius: 8px; }
#composerCard[focused="true"] { border: 1px solid $accent; }
#sidebar, #membersPanel { background: $sidebar; border: none; }
#header { background: $window; border: none; border-bottom: 1px solid $border; }
#banner { background: $mention; border: none; border-bottom: 1px solid $border; }
QListWidget::item { border-radius: 6px; padding: 0 8px; }
QListWidget::item:selected { background: $selected; color: $text; }
QListView { background: transparent; border: none; outline: none; }
QPlainTextEdit { background: transparent; border: none; selection-background-color: $accent; selection-color: $onAccent; }
QLineEdit { background: $surface; border: 1px solid $border; border-radius: 6px; padding: 6px 8px;
            selection-background-color: $accent; selection-color: $onAccent; }
QLineEdit:focus { border: 1px solid $accent; }
QLineEdit[invalid="true"] { border: 1px solid $error; }
QPushButton { background: $surface; border: 1px solid $border; border-radius: 6px; padding: 6px 12px; min-height: 20px; }
QPushButton:hover { background: $hover; }
QPushButton:focus { border: 1px solid $accent; }
QPushButton:disabled { color: $dim; background: $sidebar; }
QPushButton[role="main"] { background: $accent; color: $onAccent; border: 1px solid $accent; font-weight: 600; }
QPushButton[role="main"]:focus { border: 2px solid $text; padding: 5px 11px; }
QPushButton[role="main"]:disabled { background: $border; color: $dim; border-color: $border; }
QPushButton[role="link"] { background: transparent; border: none; color: $link; padding: 4px 0; text-align: left; }
QPushButton[role="link"]:hover, QPushButton[role="link"]:focus { text-decoration: underline; }
QToolButton { background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 5px; }
QToolButton:hover { background: $selected; }
QToolButton:focus { border: 1px solid $accent; }
QToolButton[role="main"] { background: $accent; }
QToolButton[role="main"]:focus { border: 2px solid $text; padding: 4px; }
QToolButton[role="main"]:disabled { background: $border; }
QToolButton::menu-indicator { image: none; }
#jumpButton { background: $surface; border: 1px solid $border; border-radius: 18px; padding: 0 12px; min-height: 34px; font-weight: 600; }
#jumpButton:focus { border: 1px solid $accent; }
QMenu { background: $surface; border: 1px solid $border; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 8px; border-radius: 6px; }
QMenu::icon { padding-left: 8px; }
QMenu::item:selected { background: $selected; }
QMenu::item:disabled { color: $dim; }
QMenu::separator { height: 1px; background: $border; margin: 4px 8px; }
QToolTip { background: $surface; color: $text; border: 1px solid $border; padding: 4px; }
QSplitter::handle { background: $border; }
QCheckBox, QRadioButton { spacing: 8px; }
QCheckBox::indicator { width: 14px; height: 14px; border: 1px solid $dim; border-radius: 4px; background: $surface; }
QCheckBox::indicator:hover, QCheckBox::indicator:focus { border: 1px solid $accent; }
QCheckBox::indicator:checked { background: $accent; border: 1px solid $accent; image: url(:/hearth/icons/$check.svg); }
QCheckBox::indicator:checked:focus { border: 1px solid $text; }
QComboBox { background: $surface; border: 1px solid $border; border-radius: 6px; padding: 6px 8px; min-height: 20px; }
QComboBox:hover { background: $hover; }
QComboBox:focus { border: 1px solid $accent; }
QComboBox::drop-down { border: none; width: 28px; }
QComboBox::down-arrow { image: none; }
QComboBox QAbstractItemView { background: $surface; border: 1px solid $border; padding: 4px;
                              selection-background-color: $selected; selection-color: $text; }
QTabBar { background: transparent; }
QTabBar::tab { background: transparent; color: $dim; border: none; border-bottom: 2px solid transparent; padding: 6px 0; margin-right: 16px; }
QTabBar::tab:selected { color: $text; font-weight: 600; border-bottom: 2px solid $accent; }
QTabBar::tab:selected:focus { color: $accent; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar::handle:vertical { background: $border; border-radius: 4px; min-height: 32px; margin: 1px; }
QScrollBar::handle:vertical:hover { background: $dim; }
QScrollBar::handle:vertical:disabled { background: transparent; }
QScrollBar::add-line, QScrollBar::sub-line { height: 0; width: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
)"_s;
    // The longer names first: $onAccent before $accent would do, $text is not the start of another.
    const std::array<std::pair<QLatin1StringView, QColor>, 14> colors { {
        { "$onAccent"_L1, onAccent }, { "$accent"_L1, accent }, { "$window"_L1, window }, { "$surface"_L1, surface },
        { "$sidebar"_L1, sidebar }, { "$text"_L1, text }, { "$dim"_L1, dim }, { "$border"_L1, border },
        { "$mention"_L1, mention }, { "$error"_L1, error }, { "$link"_L1, link }, { "$hover"_L1, hover },
        { "$selected"_L1, selected }, { "$warn"_L1, warn },
    } };
    // Style sheets take pictures as they are.
    sheet.replace("$check"_L1, luminance(onAccent) > 0.5 ? "check-light"_L1 : "check"_L1);
    for (const auto &[name, color] : colors)
        sheet.replace(name, color.name());
    return sheet;
}

} // namespace hearth
