using System.Globalization;
using System.Text;
using Ppl.Common;

namespace Ppl.Reporting;

/// <summary>A file that several programs add to, such as one table of all runs: what each of them adds stays together.</summary>
public static class SharedFile
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(30);

    /// <summary>Adds text at the end, alone: waits while another program adds its own.</summary>
    /// <param name="path">The file; made when it is not there.</param>
    /// <param name="write">Writes what is added; told whether the file is still empty, and so needs a header. If it fails, nothing is.</param>
    /// <param name="patience">How long to wait for the others; 30 seconds when null.</param>
    /// <exception cref="IOException">The file cannot be written, or another program does not let go of it.</exception>
    public static void Append(string path, Action<TextWriter, bool> write, TimeSpan? patience = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        using var file = OpenAlone(path, patience ?? DefaultPatience);
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        write(text, file.Length == 0);
        file.Write(Encoding.UTF8.GetBytes(text.ToString()));
    }

    private static FileStream OpenAlone(string path, TimeSpan patience)
    {
        var end = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (true)
        {
            if (FileLock.TryOpenAlone(path, FileMode.Append) is { } file) return file;
            if (Environment.TickCount64 >= end)
                throw new IOException($"{path}: another program has held the file for {patience.TotalSeconds:0.#} s");
            Thread.Sleep(Pause);
        }
    }
}
