namespace Ppl.Common;

/// <summary>Files that appear whole or not at all: written beside the target, flushed to the disk, then renamed over it.</summary>
internal static class AtomicFile
{
    /// <summary>Writes a file; when <paramref name="write"/> fails, the target is as it was and no temporary file is left.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        var temporary = TemporaryBeside(path);
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            DeleteQuietly(temporary);
            throw;
        }
    }

    /// <summary>A free name in the folder of <paramref name="path"/>: a rename is atomic only within one file system.</summary>
    public static string TemporaryBeside(string path)
    {
        var full = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(full) ?? throw new IOException($"{path} names a folder, not a file");
        return Path.Combine(folder, $".{Path.GetFileName(full)}.{Path.GetRandomFileName()}.tmp");
    }

    /// <summary>Removes what a failed write left, without hiding the fault that stopped it.</summary>
    public static void DeleteQuietly(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The first fault is the one that the caller needs to see.
        }
    }
}
