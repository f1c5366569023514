using System.CommandLine;
using Ppl.Examples.Systems;

var root = new RootCommand("The systems of the VAE family, each as a program with its measured result.");
foreach (var program in Catalogue.All) root.Add(program.Command());
root.Add(ResultsPage.Command());
var names = new Command("names", "Lists the programs");
names.SetAction(_ => Console.WriteLine(string.Join(' ', Catalogue.All.Select(program => program.Name))));
root.Add(names);
var name = new Argument<string>("name");
name.AcceptOnlyFromAmong([.. Catalogue.All.Select(program => program.Name)]);
var options = new Command("page-options", "Prints the options of a program's run on the page of results") { name };
options.SetAction(parsed => Console.WriteLine(Catalogue.All.Single(program => program.Name == parsed.GetValue(name)).PageOptions));
root.Add(options);
return await root.Parse(args).InvokeAsync();
