namespace Ppl.Common;

/// <summary>Files that appear whole or not at all: written beside the target, flushed to the disk, then renamed over it.</summary>
internal static class AtomicFile
{
    /// <summary>Writes a file; when <paramref name="write"/> fails, the target is as it was and no temporary file is left.</summary>
    /// <param name="path">The target; an older file is replaced.</param>
    /// <param name="write">Writes the content to a stream that can also be read and sought.</param>
    public static void Write(string path, Action<Stream> write)
    {
        using var temporary = Temporary.Beside(path);

        // Renamed while it is open: its lock shows that it is alive for as long as it has the temporary name.
        using var stream = new FileStream(temporary.Path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, 1 << 16);
        write(stream);
        stream.Flush(flushToDisk: true);
        File.Move(temporary.Path, path, overwrite: true);
        DurableFolder.Flush(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }
}
