#include "tests/support/testmain.h"
#include "ui/earlyfonts.h"

#include <QDirIterator>
#include <QFile>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QTemporaryDir>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

namespace {

/// What fontconfig shall read: the fonts of one directory. Empty when it could not be written.
QByteArray configuration(const QString &place, const QString &fonts)
{
    QFile file(place + u".conf"_s);
    const bool isWritten = file.open(QIODevice::WriteOnly)
        && file.write(u"<fontconfig><dir>%1</dir><cachedir>%2</cachedir></fontconfig>"_s.arg(fonts, place).toUtf8()) > 0;
    return isWritten ? file.fileName().toLocal8Bit() : QByteArray();
}

QString someFont()
{
    QDirIterator fonts(u"/usr/share/fonts"_s, { u"NotoSans-Regular.ttf"_s }, QDir::Files, QDirIterator::Subdirectories);
    return fonts.hasNext() ? fonts.next() : QString();
}

} // namespace

class tst_EarlyFonts : public test::Test
{
    Q_OBJECT

private slots:
    /// main() had them found in a place with one font, and names one without any since.
    void whatWasFoundIsWhatQtHas() { QVERIFY(QFontDatabase::families().contains(u"Noto Sans"_s)); }
};

int main(int argc, char **argv)
{
    const QTemporaryDir directory;
    const QDir place(directory.path());
    const QString one = place.filePath(u"one"_s);
    const QString none = place.filePath(u"none"_s);
    if (!place.mkpath(one) || !place.mkpath(none) || !QFile::copy(someFont(), one + u"/font.ttf"_s)) {
        qCritical("No NotoSans-Regular.ttf under /usr/share/fonts (fonts-noto-core).");
        return 1;
    }
    qputenv("FONTCONFIG_FILE", configuration(one, one));
    {
        const EarlyFonts fonts;
    }
    qputenv("FONTCONFIG_FILE", configuration(none, none));
    return test::runTest<QGuiApplication, tst_EarlyFonts>(argc, argv);
}

#include "tst_earlyfonts.moc"
