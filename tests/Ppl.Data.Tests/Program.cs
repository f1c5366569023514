using Ppl.Common;

namespace Ppl.Data.Tests;

/// <summary>What a <see cref="ChildProcess"/> of these tests does.</summary>
internal static class Program
{
    public const string HalfWritten = "half of the file is written";

    /// <summary>Writes half of a file, says so, and goes on for as long as it lives.</summary>
    public static void Main(string[] arguments) => AtomicFile.Write(arguments[0], stream =>
    {
        stream.Write(new byte[1000]);
        stream.Flush();
        Console.WriteLine(HalfWritten);
        Thread.Sleep(Timeout.Infinite);
    });
}
