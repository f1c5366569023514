using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Ppl.EndToEnd.Tests.Architecture;

/// <summary>What tools/setup.sh chooses when the feed has a package, and when it has not. The feed's answer and the system's tools are stand-ins.</summary>
public sealed class SetUpTests
{
    private const string Reason = "the script is for systems with bash and Debian's tools";

    [FactOn(Reason, "linux")]
    public void A_feed_with_the_packages_is_taken_and_asked_once()
    {
        using var checkout = new Checkout();
        var said = checkout.SetUp("TorchSharp-cpu Verify.Xunit");
        Assert.Contains("it is there: TorchProvider=TorchSharp", said, StringComparison.Ordinal);
        Assert.Equal(("TorchSharp", "true"), (checkout.Choice("TorchProvider"), checkout.Choice("UseVerifyPackage")));
        Assert.Equal([Asked("TorchSharp-cpu"), Asked("Verify.Xunit")], checkout.Questions);

        // The choice stays, whatever the feed would say now.
        checkout.SetUp("");
        Assert.Equal(("TorchSharp", "true"), (checkout.Choice("TorchProvider"), checkout.Choice("UseVerifyPackage")));
        Assert.Equal(2, checkout.Questions.Length);
    }

    [FactOn(Reason, "linux")]
    public void A_feed_without_the_packages_is_done_without()
    {
        using var checkout = new Checkout();
        var said = checkout.SetUp("");
        Assert.Contains("it is not there: TorchProvider=System", said, StringComparison.Ordinal);
        Assert.Equal(("System", "false"), (checkout.Choice("TorchProvider"), checkout.Choice("UseVerifyPackage")));
    }

    [FactOn(Reason, "linux")]
    public void Each_package_is_a_choice_of_its_own()
    {
        using var checkout = new Checkout();
        checkout.SetUp("Verify.Xunit");
        Assert.Equal(("System", "true"), (checkout.Choice("TorchProvider"), checkout.Choice("UseVerifyPackage")));
    }

    [FactOn(Reason, "linux")]
    public void The_environment_comes_first_and_leaves_nothing()
    {
        using var checkout = new Checkout();
        checkout.SetUp("", ("TorchProvider", "TorchSharp"));
        Assert.Null(checkout.Choice("TorchProvider"));
        Assert.Equal("false", checkout.Choice("UseVerifyPackage"));
        Assert.Equal([Asked("Verify.Xunit")], checkout.Questions);
    }

    /// <summary>A package with the version that the solution takes.</summary>
    private static string Asked(string package)
    {
        var version = Regex.Match(Repository.Read("Directory.Packages.props"), $"Include=\"{Regex.Escape(package)}\" Version=\"([^\"]+)\"").Groups[1].Value;
        return $"Include=\"{package}\" Version=\"{version}\"";
    }

    /// <summary>The script in a folder of its own, before a system on which everything is installed.</summary>
    private sealed class Checkout : IDisposable
    {
        private readonly TemporaryFolder folder = new();

        public Checkout()
        {
            Directory.CreateDirectory(folder.File("tools"));
            Directory.CreateDirectory(folder.File("bin"));
            File.Copy(Path.Combine(Repository.Root, "tools/setup.sh"), folder.File("tools/setup.sh"));
            File.Copy(Path.Combine(Repository.Root, "Directory.Packages.props"), folder.File("Directory.Packages.props"));

            // `dotnet restore PROJECT ...` succeeds for the packages that $FEED names.
            Command("dotnet", """
                if [ "$1" = --version ]; then echo 10.0.100; exit; fi
                question=$(grep -o 'Include=".*" Version="[^"]*"' "$2")
                echo "$question" >> "$QUESTIONS"
                for package in $FEED; do case "$question" in "Include=\"$package\""*) exit 0 ;; esac; done
                exit 1
                """);
            Command("dpkg-query", "echo 'install ok installed'");
            Command("g++", "");
            Command("ldconfig", "");
            Command("apt-get", "echo 'nothing is to be installed' >&2; exit 1");
        }

        public string[] Questions => File.Exists(folder.File("questions")) ? File.ReadAllLines(folder.File("questions")) : [];

        public void Dispose() => folder.Dispose();

        /// <summary>Runs the script where a feed has some packages; gives what it prints.</summary>
        public string SetUp(string feed, params (string Name, string Value)[] environment)
        {
            var start = new ProcessStartInfo("bash", ["-c", "chmod +x bin/* && exec bash tools/setup.sh"])
            {
                RedirectStandardOutput = true,
                WorkingDirectory = folder.Path,
            };
            start.Environment["PATH"] = $"{folder.File("bin")}:{start.Environment["PATH"]}";
            start.Environment["FEED"] = feed;
            start.Environment["QUESTIONS"] = folder.File("questions");
            foreach (var name in new[] { "TorchProvider", "UseVerifyPackage" }) start.Environment.Remove(name);
            foreach (var (name, value) in environment) start.Environment[name] = value;
            using var process = Process.Start(start)!;
            var said = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
            return said;
        }

        /// <summary>What a build would read of the choice; null where nothing was left for it.</summary>
        public string? Choice(string property)
        {
            var path = folder.File($"artifacts/{property}.props");
            return File.Exists(path) ? Regex.Match(File.ReadAllText(path), $"<{property} .*>(.*)</{property}>").Groups[1].Value : null;
        }

        private void Command(string name, string script) => File.WriteAllText(folder.File($"bin/{name}"), $"#!/bin/sh\n{script}\n");
    }
}
