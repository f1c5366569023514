using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Ppl.Examples;
using Ppl.Examples.Language;

(string Name, string Description, Func<Budget, IReadOnlyList<Measured>> Run)[] programs =
[
    ("eight-schools", "centred and non-centred, mean field and joint guides, against the exact posterior", EightSchoolsProgram.Run),
    ("radon", "a hierarchical regression with indexed groups, against the exact posterior of its common numbers", RadonProgram.Run),
    ("item-response", "persons and items, crossed plates: what is recovered of both", ItemResponseProgram.Run),
    ("factorization", "users and items, crossed by index, in mini-batches: held-out error against the noise", FactorizationProgram.Run),
    ("regression", "a linear regression whose evidence has a closed form: the bound against it", RegressionProgram.Run),
    ("decoder", "an autoencoder with a global latent, in mini-batches", DecoderProgram.Run),
    ("minibatches", "the mean of the bound over all mini-batches, for nested, indexed and crossed plates", MinibatchProgram.Run),
];

var data = new Option<string?>("--data") { Description = ExampleData.Description, HelpName = "folder", Recursive = true };
var seed = new Option<long>("--seed") { Description = "seed of data, weights, batches and noise", HelpName = "n", Recursive = true };
var smoke = new Option<bool>("--smoke") { Description = "a run of a few seconds, with wider margins", Recursive = true };
var root = new RootCommand("Models of several plates and global latents, each with its numbers; all of them without a command.")
{
    data, seed, smoke,
};
foreach (var program in programs)
{
    var command = new Command(program.Name, program.Description);
    command.SetAction(parsed => Run(parsed, program.Name));
    root.Add(command);
}

root.SetAction(parsed => Run(parsed, [.. programs.Select(program => program.Name)]));
return await root.Parse(args).InvokeAsync();

// Ends with 1 where a claim does not hold.
int Run(ParseResult parsed, params string[] names) => CommandLine.Guard(() =>
{
    ExampleData.Require(parsed.GetValue(data));
    var budget = new Budget(parsed.GetValue(seed), parsed.GetValue(smoke), ExampleData.Folder(parsed.GetValue(data)));
    var holds = true;
    foreach (var (name, description, run) in programs.Where(program => names.Contains(program.Name)))
    {
        var clock = Stopwatch.StartNew();
        var rows = run(budget);
        MeasuredTable.Write(string.Create(CultureInfo.InvariantCulture, $"{name}: {description}; {clock.Elapsed.TotalSeconds:F0} s"), rows);
        holds &= rows.All(row => row.Holds != false);
    }

    return holds ? 0 : 1;
});
