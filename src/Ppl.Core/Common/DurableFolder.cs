using System.Runtime.InteropServices;

namespace Ppl.Common;

/// <summary>
/// Puts a folder's entries on the disk, so that a rename outlives a power failure. The framework opens no folders; on Windows, where the
/// rename itself is journalled, nothing is done.
/// </summary>
internal static partial class DurableFolder
{
    private const int ReadOnly = 0;

    /// <summary>Flushes a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>
    /// Whether it was done. Some file systems cannot; the files in it are whole all the same, but a power failure may bring back older ones.
    /// </returns>
    public static bool Flush(string folder)
    {
        if (OperatingSystem.IsWindows()) return false;
        var handle = Open(folder, ReadOnly);
        if (handle < 0) return false;
        var result = Synchronize(handle);
        return Close(handle) == 0 && result == 0;
    }

    [DllImport("libc", EntryPoint = "open")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Synchronize(int handle);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int handle);
}
