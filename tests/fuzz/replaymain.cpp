#include <QByteArray>
#include <QDirIterator>
#include <QFile>
#include <QString>

#include <cstdio>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size);

/// Runs every file of the directories (or the files) that are named through the target, as an ordinary test does: a
/// finding ends the process. Fails where there is nothing to run.
int main(int argc, char **argv)
{
    int inputs = 0;
    const auto run = [&inputs](const QString &path) {
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly))
            qFatal("cannot read %s", qPrintable(path));
        const QByteArray input = file.readAll();
        std::fprintf(stderr, "%s\n", qPrintable(path));
        LLVMFuzzerTestOneInput(reinterpret_cast<const unsigned char *>(input.constData()),
                               static_cast<std::size_t>(input.size()));
        ++inputs;
    };
    for (int i = 1; i < argc; ++i) {
        const QString path = QString::fromLocal8Bit(argv[i]);
        if (QFileInfo(path).isFile())
            run(path);
        QDirIterator files(path, QDir::Files);
        while (files.hasNext())
            run(files.next());
    }
    std::printf("%d inputs\n", inputs);
    return inputs > 0 ? 0 : 1;
}
