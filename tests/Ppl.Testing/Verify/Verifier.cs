using System.Runtime.CompilerServices;
using Xunit.Sdk;

namespace VerifyXunit;

/// <summary>
/// The one call of Verify.Xunit that our tests use, with the same namespace and the same files, for feeds that lack the package.
/// Build with -p:UseVerifyPackage=true to use the package instead.
/// </summary>
public static class Verifier
{
    /// <summary>Compares a text with Class.Method.verified.extension beside the source file; on a difference writes Class.Method.received.extension.</summary>
    public static Task Verify(string target, string extension, [CallerFilePath] string sourceFile = "", [CallerMemberName] string member = "")
    {
        var stem = Path.Combine(Path.GetDirectoryName(sourceFile)!, $"{Path.GetFileNameWithoutExtension(sourceFile)}.{member}");
        var (verified, received) = ($"{stem}.verified.{extension}", $"{stem}.received.{extension}");
        var expected = File.Exists(verified) ? Normalize(File.ReadAllText(verified)) : "";
        var actual = Normalize(target);
        if (expected == actual)
        {
            File.Delete(received);
            return Task.CompletedTask;
        }

        File.WriteAllText(received, actual);
        throw new XunitException($"{Path.GetFileName(verified)} differs from what was received: {FirstDifference(expected, actual)}\n"
            + $"Look at {received}, and copy it over the verified file if it is right.");
    }

    private static string Normalize(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal).TrimEnd('\n');

    private static string FirstDifference(string expected, string actual)
    {
        var (before, after) = (expected.Split('\n'), actual.Split('\n'));
        for (var i = 0; i < Math.Max(before.Length, after.Length); i++)
        {
            var (left, right) = (i < before.Length ? before[i] : "(nothing)", i < after.Length ? after[i] : "(nothing)");
            if (left != right) return $"line {i + 1}\n  verified: {left}\n  received: {right}";
        }

        return "only line ends";
    }
}
