using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Ppl.Generators.Bench;

var models = new Option<int>("--models") { Description = "How many models the project has.", DefaultValueFactory = _ => 200 };
var rounds = new Option<int>("--rounds") { Description = "How often each build is timed.", DefaultValueFactory = _ => 5 };
var limit = new Option<double>("--limit")
{
    Description = "Seconds that the generator may add; above them the exit status is 1.",
    DefaultValueFactory = _ => 2.0,
};
var command = new RootCommand("Times what the source generator adds to the build of a project with many models, and what an edit of one costs.")
{
    models, rounds, limit,
};
command.SetAction(result => Run(result.GetValue(models), result.GetValue(rounds), result.GetValue(limit)));
return command.Parse(args).Invoke();

static int Run(int count, int rounds, double limit)
{
    var project = new ManyModels(count);
    var plain = new List<double>();
    var generated = new List<double>();
    for (var round = 0; round < rounds; round++)
    {
        plain.Add(Seconds(() => project.Build(withGenerator: false)));
        generated.Add(Seconds(() => project.Build(withGenerator: true)));
    }

    var added = generated.Zip(plain, (with, without) => with - without).ToList();
    Console.WriteLine($"{count} models on {Environment.ProcessorCount} processors: a build takes {Text(Median(plain))} s without the generator and "
        + $"{Text(Median(generated))} s with it");
    Console.WriteLine($"the generator adds {Text(Median(added))} s ({Text(added.Min())} to {Text(added.Max())} in {rounds} rounds; "
        + $"{Text(added[0])} s in the first, which compiles the generator itself)");
    var edit = project.Edit();
    Console.WriteLine($"an edit in one model: {edit.Emitted} of {count} files emitted anew, {Text(edit.Seconds)} s in the generator");
    if (edit.Emitted != 1) return Fail("an edit in one model emits others");
    return Median(added) <= limit ? 0 : Fail($"the generator adds more than {Text(limit)} s");
}

static double Seconds(Action work)
{
    var watch = Stopwatch.StartNew();
    work();
    return watch.Elapsed.TotalSeconds;
}

static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

static string Text(double seconds) => seconds.ToString("F2", CultureInfo.InvariantCulture);

static int Fail(string why)
{
    Console.Error.WriteLine(why);
    return 1;
}
