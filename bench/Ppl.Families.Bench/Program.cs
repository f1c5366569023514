using System.CommandLine;
using System.Globalization;
using Ppl.Families.Bench;
using static TorchSharp.torch;

var pairs = new Option<int>("--pairs") { Description = "timed pairs a case", DefaultValueFactory = _ => 11, HelpName = "n" };
var elements = new Option<int>("--elements") { Description = "draws in a batch", DefaultValueFactory = _ => 12_800, HelpName = "n" };
var only = new Option<string>("--family")
{
    Description = "only the families whose name contains this",
    DefaultValueFactory = _ => "",
    HelpName = "text",
};
var python = new Option<string>("--python")
{
    Description = "a Python with PyTorch, whose families are timed in turn with ours",
    DefaultValueFactory = _ => "/usr/bin/python3",
    HelpName = "file",
};
var command = new RootCommand("Times the log-density and the draw of every family, each with its gradients by the parameters, beside PyTorch's.")
{
    pairs, elements, only, python,
};
command.SetAction(parsed => Run(
    Math.Max(1, parsed.GetValue(pairs)), Math.Max(1, parsed.GetValue(elements)), parsed.GetValue(only)!, parsed.GetValue(python)!));
return command.Parse(args).Invoke();

static int Run(int pairs, int elements, string only, string python)
{
    set_num_threads(1);
    using var peer = Peer.Start(python);
    Console.WriteLine($"{elements} draws in float32, one thread, medians of {pairs} pairs, microseconds of processor time a call");
    Console.WriteLine("ratio below 1: ours is faster");
    Console.WriteLine(peer is null ? $"{python} has no PyTorch: ours alone" : "");
    Console.WriteLine("family                          what          ours    PyTorch   ratio");
    foreach (var family in FamilyCases.All(elements).Where(f => f.Name.Contains(only, StringComparison.Ordinal)))
    {
        foreach (var (what, ours) in new (string, Action)[] { ("density", family.Density), ("draw", family.Draw) })
        {
            var (mine, theirs) = Time(family, what, ours, peer, pairs);
            var other = theirs is { } t ? $"{Text(t * 1e6, 1),10} {Text(mine / t, 2),7}" : "         -       -";
            Console.WriteLine($"{family.Name,-31} {what,-8} {Text(mine * 1e6, 1),9} {other}");
        }
    }

    return 0;
}

static (double Ours, double? Theirs) Time(FamilyCase family, string what, Action ours, Peer? peer, int pairs)
{
    var key = $"{family.Name} {what}";
    if (family.Peer is null) peer = null;
    if (peer?.Prepare(key, what, family) is { } fault)
    {
        Console.WriteLine($"{family.Name}: PyTorch: {fault}");
        peer = null;
    }

    // Blocks of some 20 ms of processor time, which other programs of a shared machine have little part in: long against its clock, short against
    // the machine's drift.
    Block(ours, 3);
    var calls = (int)Math.Clamp(0.02 / Block(ours, 3), 1, 2000);
    var (mine, theirs) = (new List<double>(), new List<double>());
    for (var pair = 0; pair < pairs; pair++)
    {
        if (pair % 2 == 0) mine.Add(Block(ours, calls));
        if (peer is not null) theirs.Add(peer.Time(key, calls));
        if (pair % 2 == 1) mine.Add(Block(ours, calls));
    }

    return (Median(mine), peer is null ? null : Median(theirs));
}

static double Block(Action action, int calls)
{
    var start = Environment.CpuUsage.TotalTime;
    for (var i = 0; i < calls; i++) action();
    return (Environment.CpuUsage.TotalTime - start).TotalSeconds / calls;
}

static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

static string Text(double number, int digits) => number.ToString($"F{digits}", CultureInfo.InvariantCulture);
