namespace Ppl.Generators.Frontend;

/// <summary>How far a word is from another one.</summary>
internal static class Spelling
{
    /// <summary>The number of letters to insert, to delete or to replace; upper and lower case are alike. Source: Levenshtein (1966).</summary>
    public static int Distance(string word, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= word.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var replaced = diagonal + (char.ToUpperInvariant(word[i - 1]) == char.ToUpperInvariant(other[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[other.Length];
    }
}
