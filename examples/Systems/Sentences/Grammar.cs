namespace Ppl.Examples.Systems;

/// <summary>Sentences that a grammar writes: a topic, a tense and a number decide most of the words, so that there is something to encode.</summary>
/// <remarks>
/// Each sentence is a tree of uniform choices, and no two trees give the same words: the entropy of a sentence is the mean of the sum of the
/// logarithms of the numbers of choices, which <see cref="Entropy"/> knows.
/// </remarks>
public sealed class Grammar
{
    private static readonly Topic[] Topics =
    [
        new(
            [("sailor", "sailors"), ("fisher", "fishers"), ("captain", "captains"), ("pilot", "pilots")], ["old", "brave", "wet"],
            [("steers", "steer", "steered"), ("cleans", "clean", "cleaned"), ("follows", "follow", "followed")],
            ["boat", "ship", "net", "anchor"], ["on the sea", "near the harbour", "in the storm"]),
        new(
            [("cook", "cooks"), ("baker", "bakers"), ("waiter", "waiters"), ("guest", "guests")], ["hungry", "young", "merry"],
            [("tastes", "taste", "tasted"), ("serves", "serve", "served"), ("burns", "burn", "burned")],
            ["soup", "bread", "cake", "fish"], ["in the kitchen", "at the table", "after midnight"]),
        new(
            [("teacher", "teachers"), ("student", "students"), ("writer", "writers"), ("reader", "readers")], ["tired", "clever", "quiet"],
            [("opens", "open", "opened"), ("explains", "explain", "explained"), ("copies", "copy", "copied")],
            ["book", "letter", "poem", "map"], ["in the library", "before the lesson", "at the window"]),
    ];

    private readonly Random random;

    /// <summary>A writer.</summary>
    /// <param name="seed">Of its choices.</param>
    public Grammar(long seed) => random = new(seed is >= 0 and <= int.MaxValue ? (int)seed : seed.GetHashCode() & int.MaxValue);

    /// <summary>The entropy of a sentence, in nats.</summary>
    public static double Entropy
    {
        get
        {
            // Topic, number, tense, subject, verb, object; the subject's adjective, the object's, and the place, each there or not.
            var always = Math.Log(3) + (2 * Math.Log(2)) + Math.Log(4) + Math.Log(3) + Math.Log(4);
            return always + (3 * (Math.Log(2) + (0.5 * Math.Log(3))));
        }
    }

    /// <summary>The standard deviation of a sentence's −log p, in nats: whether each of three parts is there.</summary>
    public static double Deviation => Math.Sqrt(3) * 0.5 * Math.Log(3);

    /// <summary>The next sentence, its words one by one.</summary>
    public string[] Next()
    {
        var topic = Choice(Topics);
        var (isPlural, isPast) = (Coin(), Coin());
        var (noun, verb) = (Choice(topic.Nouns), Choice(topic.Verbs));
        var words = new List<string> { "the" };
        if (Coin()) words.Add(Choice(topic.Adjectives));
        words.Add(isPlural ? noun.Many : noun.One);
        words.Add(isPast ? verb.Past : isPlural ? verb.Many : verb.One);
        words.Add("the");
        if (Coin()) words.Add(Choice(["new", "small", "heavy"]));
        words.Add(Choice(topic.Objects));
        if (Coin()) words.AddRange(Choice(topic.Places).Split(' '));
        return [.. words];
    }

    private T Choice<T>(T[] among) => among[random.Next(among.Length)];

    private bool Coin() => random.Next(2) == 0;

    private sealed record Topic(
        (string One, string Many)[] Nouns, string[] Adjectives, (string One, string Many, string Past)[] Verbs, string[] Objects, string[] Places);
}
