namespace Ppl.Common;

/// <summary>Files that appear whole or not at all: written beside the target, flushed to the disk, then renamed over it.</summary>
internal static class AtomicFile
{
    /// <summary>Writes a file; when <paramref name="write"/> fails, the target is as it was and no temporary file is left.</summary>
    /// <param name="path">The target; an older file is replaced, and a link's is the one that it leads to.</param>
    /// <param name="write">Writes the content to a stream that can also be read and sought.</param>
    /// <exception cref="IOException">The target is a folder, a device, a pipe or a socket, or cannot be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        var target = TargetFile.Of(path);
        using var temporary = Temporary.Beside(target);

        // Renamed while it is open: its lock shows that it is alive for as long as it has the temporary name.
        using var stream = new FileStream(temporary.Path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, 1 << 16);
        write(stream);
        stream.Flush(flushToDisk: true);
        File.Move(temporary.Path, target, overwrite: true);
        DurableFolder.Flush(Path.GetDirectoryName(target)!);
    }
}
