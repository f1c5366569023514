using System.Text.Json;

namespace Ppl.Torch.Tests;

/// <summary>The stored numbers of reference/make_reference.py, and the formula by which weights and inputs are made on both sides.</summary>
internal static class References
{
    private const double Tolerance = 2e-10;

    public static JsonElement Load(string file) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "reference", file))).RootElement;

    public static Tensor Fill(long[] shape, int k, double scale = 0.5)
    {
        var values = new double[shape.Aggregate(1L, (a, b) => a * b)];
        for (var i = 0; i < values.Length; i++) values[i] = scale * Math.Sin((0.7 * i) + (1.3 * k) + 0.5);

        return torch.tensor(values).reshape(shape);
    }

    public static void Compare(IEnumerable<JsonElement> expected, IReadOnlyList<Tensor> actual, string what)
    {
        var all = expected.ToList();
        Assert.Equal(all.Count, actual.Count);
        for (var i = 0; i < all.Count; i++) Compare(all[i], actual[i], $"{what} {i}");
    }

    public static void Compare(JsonElement expected, Tensor actual, string what)
    {
        Assert.Equal(expected.GetProperty("shape").EnumerateArray().Select(s => s.GetInt64()), actual.shape);
        using var plain = actual.detach().to(ScalarType.Float64).contiguous();
        var values = plain.data<double>().ToArray();
        var i = 0;
        foreach (var number in expected.GetProperty("data").EnumerateArray())
        {
            var right = number.GetDouble();
            Assert.True(
                Math.Abs(values[i] - right) <= Tolerance * Math.Max(1, Math.Abs(right)),
                $"{what}, element {i}: {values[i]:R} instead of {right:R}");
            i++;
        }
    }
}
