global using VerifyXunit;
using System.Runtime.CompilerServices;
using Xunit.Sdk;

namespace VerifyXunit;

/// <summary>
/// The one call of Verify.Xunit that our tests use, with the same namespace, the same files and the same judgement, for feeds that lack
/// the package. The set-up chooses between the two (UseVerifyPackage).
/// </summary>
public static class Verifier
{
    /// <summary>
    /// Compares a text with Class.Method.verified.extension beside the source file; on a difference writes Class.Method.received.extension.
    /// Line ends count as \n on both sides, the file may have one newline more at its end than the text, and an empty file is none.
    /// </summary>
    public static Task Verify(string target, string extension, [CallerFilePath] string sourceFile = "", [CallerMemberName] string member = "")
    {
        var stem = Path.Combine(Path.GetDirectoryName(sourceFile)!, $"{Path.GetFileNameWithoutExtension(sourceFile)}.{member}");
        var (verified, received) = ($"{stem}.verified.{extension}", $"{stem}.received.{extension}");
        File.Delete(received);
        var expected = File.Exists(verified) ? WithLineFeeds(File.ReadAllText(verified)) : "";
        var actual = WithLineFeeds(target);
        if (expected.Length > 0 && (expected == actual || expected == actual + '\n')) return Task.CompletedTask;

        File.WriteAllText(received, actual);
        throw new XunitException($"{Path.GetFileName(verified)} differs from what was received: {FirstDifference(expected, actual)}\n"
            + $"Look at {received}, and copy it over the verified file if it is right.");
    }

    private static string WithLineFeeds(string text) =>
        text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');

    private static string FirstDifference(string expected, string actual)
    {
        if (expected.Length == 0) return "there is no verified text yet";
        var (before, after) = (expected.Split('\n'), actual.Split('\n'));
        var same = 0;
        while (same < Math.Min(before.Length, after.Length) && before[same] == after[same]) same++;
        return $"line {same + 1}\n  verified: {Line(before, same)}\n  received: {Line(after, same)}";
    }

    private static string Line(string[] lines, int index) => index < lines.Length ? lines[index] : "(nothing)";
}
