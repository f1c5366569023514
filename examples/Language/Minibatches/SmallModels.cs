using static TorchSharp.torch;

namespace Ppl.Examples.Language;

/// <summary>Schools, and pupils in them: a plate inside a plate, under a common mean.</summary>
public sealed partial class Nested : GenerativeModel
{
    [Model]
    private void Generate(Tensor scores)
    {
        var mean = Sample(Normal(0, 2));
        using var school = Plate(scores);
        var quality = Sample(Normal(mean, 1));
        using var pupil = Plate(scores);
        var talent = Sample(Normal(quality.unsqueeze(1), 1));
        Observe(scores, Normal(talent, 0.5));
    }
}

/// <summary>Houses that read the number of their county by index.</summary>
/// <param name="counties">The number of counties.</param>
public sealed partial class Indexed(long counties) : GenerativeModel
{
    [Model]
    private void Generate(Tensor level, Tensor county)
    {
        var mean = Sample(Normal(0, 5));
        var group = Plate(size: counties);
        var alpha = Sample(Normal(mean, 1), within: group);
        using var houses = Plate(level, county);
        var error = Sample(Normal(0, 1));
        Observe(level, Normal(alpha[county] + error, 0.7));
    }
}

/// <summary>Users and items: plates of which neither holds the other.</summary>
public sealed partial class Crossed : GenerativeModel
{
    [Model]
    private void Generate(Tensor ratings)
    {
        var user = Plate(ratings);
        var item = Plate(ratings);
        var taste = Sample(Normal(0, 1), within: user);
        var quality = Sample(Normal(0, 1), within: item);
        Observe(ratings, Normal(taste.unsqueeze(1) + quality, 1), within: (user, item));
    }
}
