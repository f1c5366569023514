using System.CommandLine;
using System.Globalization;
using Ppl.Generators.Bench;

var models = new Option<int>("--models") { Description = "How many models the project has.", DefaultValueFactory = _ => 200 };
var rounds = new Option<int>("--rounds")
{
    Description = "How often each build is timed, after one that is not counted.",
    DefaultValueFactory = _ => 5,
};
var limit = new Option<double>("--limit")
{
    Description = "Seconds of processor time that the generator may take; above them the exit status is 1.",
    DefaultValueFactory = _ => 2.0,
};
var ratio = new Option<double?>("--ratio")
{
    Description = "Judges by the multiple of the build without the generator instead, which a busy or slow machine changes little.",
};
var command = new RootCommand("Times what the source generator adds to the build of a project with many models, and what an edit of one costs.")
{
    models, rounds, limit, ratio,
};
command.SetAction(result => Run(result.GetValue(models), result.GetValue(rounds), result.GetValue(limit), result.GetValue(ratio)));
return command.Parse(args).Invoke();

static int Run(int count, int rounds, double limit, double? ratio)
{
    var project = new ManyModels(count);

    // The first builds compile the compiler and the generator themselves.
    project.Build(withGenerator: false);
    var first = project.Build(withGenerator: true);
    var (plain, generated) = (new List<BuildCost>(), new List<BuildCost>());
    for (var round = 0; round < rounds; round++)
    {
        plain.Add(project.Build(withGenerator: false));
        generated.Add(project.Build(withGenerator: true));
    }

    string Middle(Func<BuildCost, BuildCost, double> of) => Text(Median([.. plain.Zip(generated, of)]));
    Console.WriteLine($"{count} models on {Environment.ProcessorCount} processors, medians of {rounds} pairs; seconds are of processor time");
    Console.WriteLine($"a build takes {Middle((without, _) => without.Total)} s without the generator, {Middle((_, with) => with.Total)} s with it "
        + $"({Middle((without, _) => without.Wall)} s and {Middle((_, with) => with.Wall)} s by the clock)");
    Console.WriteLine($"the generator takes {Middle((_, with) => with.Generator)} s, "
        + $"{Middle((without, with) => with.Generator / without.Total)} times the build without it; "
        + $"{Text(first.Generator)} s in the first build, which compiles the generator itself");
    Console.WriteLine($"the compiler takes {Middle((without, with) => with.Total - with.Generator - without.Total)} s for the {first.Lines} lines "
        + $"that are generated from {project.Lines}");
    var edit = project.Edit();
    Console.WriteLine($"an edit in one model: {edit.Emitted} of {count} files emitted anew, {Text(edit.Seconds)} s in the generator");
    if (edit.Emitted != 1) return Fail("an edit in one model emits others");
    var seconds = Median([.. generated.Select(with => with.Generator)]);
    var multiple = Median([.. plain.Zip(generated, (without, with) => with.Generator / without.Total)]);
    if (edit.Seconds > seconds / 4) return Fail("an edit in one model costs more than a quarter of reading all");
    if (ratio is { } most) return multiple <= most ? 0 : Fail($"the generator takes more than {Text(most)} times the build without it");
    return seconds <= limit ? 0 : Fail($"the generator takes more than {Text(limit)} s");
}

static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

static string Text(double seconds) => seconds.ToString("F2", CultureInfo.InvariantCulture);

static int Fail(string why)
{
    Console.Error.WriteLine(why);
    return 1;
}
