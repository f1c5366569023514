using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using Ppl.Inference;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Architecture;

/// <summary>What users print in a program or see in a debugger says something: no type shows its own name only.</summary>
public sealed class PrintingTests
{
    /// <summary>Types that print their name, each with the reason.</summary>
    private static readonly Dictionary<string, string> Exceptions = new()
    {
        ["Svi"] = "does something; its numbers are properties",
        ["TextReporter"] = "does something",
        ["KlRegistry"] = "does something",
        ["Interpreter"] = "is never held by users",
        ["FitOptions"] = "is settings: its properties",
        ["SviSettings"] = "is settings: its properties",
        ["CsvOptions"] = "is settings: its properties",
        ["EvaluationOptions"] = "is settings: its properties",
        ["DataDownload"] = "does something",
        ["ConsoleReporter"] = "does something",
        ["PictureGrid"] = "does something: it makes a picture",
        ["LineChart"] = "does something: it makes a picture",
        ["CheckpointManifest"] = "is a file's content, to be read as JSON",
    };

    [Fact]
    public void Types_do_not_print_their_names()
    {
        var types = new[] { typeof(GenerativeModel).Assembly, typeof(Svi).Assembly, typeof(Data.ImageSet).Assembly, typeof(Reporting.PictureGrid).Assembly }
            .SelectMany(assembly => assembly.GetExportedTypes());
        Assert.Empty(types.Where(type => !IsExcluded(type) && PrintsItsName(type) && !Exceptions.ContainsKey(type.Name)).Select(type => type.FullName));
    }

    [Fact]
    public void Results_print_what_they_hold()
    {
        using var pass = Pass.Prepare(Catalogue.TwoLayers.Entry);
        Assert.Equal("guide of TwoLayers: q(h1 | x) q(h2 | h1)", pass.Guide.ToString());
        Assert.Equal("q(h2 | h1)", pass.Guide.Steps[1].ToString());
        Assert.Equal("batch of 5 rows: x (5, 6) Float64", pass.Batch.ToString());
        var draws = pass.Guide.Draw(pass.Batch, 3);
        Assert.Equal("draws of 3 particles; data 5: h2 (15, 2), h1 (15, 4)", draws.ToString());
        Assert.Equal("x: log p (3, 5)", pass.Guide.Terms(draws, Contracts.TermForm.Sampled)[2].ToString());
        var joint = pass.Generated.Simulate([4], []);
        Assert.Equal("latents (4, 2), (4, 4); observed Bernoulli(4, 6), drawn (4, 6)", joint.ToString());
        Assert.Equal("Bernoulli(4, 6), drawn (4, 6)", joint.Observed[0].ToString());
        Assert.StartsWith("TwoLayers.Generate(x): h2 ~ Normal(0, 1).Expand(2), h1 ~ ", pass.Guide.Plan.ToString(), StringComparison.Ordinal);
        using var data = Data.Dataset.From("pictures", ("x", zeros(3, 6)), ("label", zeros([3], ScalarType.Int64)));
        Assert.Equal("drawn digits: 3 images of 28 x 28; labels digit, one of 10", Data.DrawnDigits.Make(3, seed: 1).ToString());
        Assert.Equal("pictures: 3 rows of x (6) Float32, label () Int64", data.ToString());
    }

    private static bool IsExcluded(Type type) => type.IsInterface || type.IsEnum || type.IsAbstract && type.IsSealed || typeof(Delegate).IsAssignableFrom(type)
        || typeof(Attribute).IsAssignableFrom(type) || typeof(Exception).IsAssignableFrom(type)
        || typeof(nn.Module).IsAssignableFrom(type) && type != typeof(Guide);

    private static bool PrintsItsName(Type type)
    {
        var printer = type.GetMethod(nameof(ToString), BindingFlags.Instance | BindingFlags.Public, [])!;
        if (printer.DeclaringType == typeof(object) || printer.DeclaringType == typeof(ValueType)) return true;

        // What the compiler writes for a record prints each property, lists and tensors by their types.
        return printer.GetCustomAttribute<CompilerGeneratedAttribute>() is not null
            && type.GetProperties(BindingFlags.Instance | BindingFlags.Public).Any(property => HasNoText(property.PropertyType));
    }

    private static bool HasNoText(Type type) => type != typeof(string)
        && (typeof(IEnumerable).IsAssignableFrom(type) || typeof(Tensor).IsAssignableFrom(type) || typeof(Delegate).IsAssignableFrom(type));
}
