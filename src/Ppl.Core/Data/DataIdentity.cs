using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using static TorchSharp.torch;

namespace Ppl.Data;

/// <summary>What tells one data set from another. Two sets are taken for the same where all three are equal.</summary>
/// <remarks>
/// The fingerprint is a SHA-256 of the columns' names, event shapes and types, and of the values in rows spread evenly over the set, the
/// first and the last among them: all of up to 1,024 rows, and not more than about a million numbers. Random values, such as a dynamic
/// binarization, are drawn under one fixed key. Sets that differ only in rows between those have the same fingerprint: it finds another
/// file, another order, another cut or scale, not a single changed value.
/// </remarks>
/// <param name="Name">The name of the data.</param>
/// <param name="Rows">The number of rows.</param>
/// <param name="Fingerprint">64 lower-case hexadecimal digits.</param>
public sealed record DataIdentity(string Name, int Rows, string Fingerprint)
{
    private const int MaximalRows = 1024;
    private const long MaximalNumbers = 1L << 20;
    private const int ShownDigits = 8;

    /// <summary>For messages: <c>'MNIST train' (60,000 rows, fingerprint 3f2a9c1b)</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"'{Name}' ({Rows:N0} rows, fingerprint {Fingerprint[..Math.Min(ShownDigits, Fingerprint.Length)]})");

    internal static DataIdentity Of(Dataset data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var column in data.Columns)
        {
            var shape = string.Join(' ', column.EventShape.Select(size => size.ToString(CultureInfo.InvariantCulture)));
            hash.AppendData(Encoding.UTF8.GetBytes($"{column.Name}\0{shape}\0{column.Type}\0"));
        }

        using var scope = NewDisposeScope();
        foreach (var values in data.Rows(Spread(data), default)) hash.AppendData(values.cpu().contiguous().bytes);
        return new DataIdentity(data.Name, data.Count, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static int[] Spread(Dataset data)
    {
        var numbers = Math.Max(1, data.Columns.Sum(column => column.EventShape.Aggregate(1L, (product, size) => product * size)));
        var count = (int)Math.Min(data.Count, Math.Clamp(MaximalNumbers / numbers, 2, MaximalRows));
        var rows = new int[count];
        for (var k = 1; k < count; k++) rows[k] = (int)((long)k * (data.Count - 1) / (count - 1));
        return rows;
    }
}
