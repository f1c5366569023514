using System.Security.Cryptography;
using System.Text;

namespace Ppl.TorchApi;

/// <summary>
/// The claims of an assembly, as a file of short hashes: a line has 48 bits of a claim's SHA-256, so that a claim which is not on the list
/// passes for one with a probability of 1 in 10^10.
/// </summary>
public static class ClaimList
{
    private const int Bytes = 6;

    /// <summary>Writes a list.</summary>
    public static void Write(string path, IEnumerable<string> claims) =>
        File.WriteAllLines(path, claims.Select(Hash).Distinct().Order(StringComparer.Ordinal));

    /// <summary>Reads a list.</summary>
    /// <exception cref="InvalidDataException">The file is absent, no list, or an empty one: nothing could be checked with it.</exception>
    public static Func<string, bool> Read(string path)
    {
        if (!File.Exists(path)) throw new InvalidDataException($"{path}, the list of the public API, is not there");
        var hashes = File.ReadLines(path).ToHashSet(StringComparer.Ordinal);
        if (hashes.Count == 0 || hashes.Any(hash => hash.Length != Bytes * 8 / 6))
            throw new InvalidDataException($"{path} is no list of a public API");
        return claim => hashes.Contains(Hash(claim));
    }

    private static string Hash(string claim) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(claim)).AsSpan(0, Bytes));
}
