using System.CommandLine;
using System.Runtime.InteropServices;

namespace Ppl.Examples;

/// <summary>What the programs' command lines share.</summary>
internal static class CommandLine
{
    /// <summary>Runs a program: 130 where it was interrupted; a mistake of the user's is one line on the error stream, and 1.</summary>
    /// <param name="run">The program; its value is the exit status.</param>
    public static int Guard(Func<int> run)
    {
        try
        {
            return run();
        }
        catch (OperationCanceledException)
        {
            return 130;
        }
        catch (Exception e) when (e is PplException or IOException or UnauthorizedAccessException or ArgumentException or ExternalException)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return 1;
        }
    }

    /// <summary>Refuses numbers below another, also one of several.</summary>
    /// <param name="option">An option of one or more whole numbers.</param>
    /// <param name="least">The least that means something.</param>
    /// <param name="most">The greatest.</param>
    public static Option<T> Within<T>(this Option<T> option, int least, int most = int.MaxValue)
    {
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
            {
                if (!int.TryParse(token.Value, out var value) || (value >= least && value <= most)) continue;
                result.AddError($"{option.Name} must be {(most == int.MaxValue ? $"at least {least}" : $"{least} to {most}")}, not {value}");
            }
        });
        return option;
    }

    /// <summary>Refuses numbers in the place of names.</summary>
    /// <param name="option">An option with names for values.</param>
    /// <typeparam name="TName">The names: an enumeration, or one that may be null.</typeparam>
    public static Option<TName> OnlyNames<TName>(this Option<TName> option)
    {
        var names = Enum.GetNames(Nullable.GetUnderlyingType(typeof(TName)) ?? typeof(TName));
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => !names.Contains(token.Value, StringComparer.OrdinalIgnoreCase)))
                result.AddError($"{option.Name} is {string.Join(", ", names).ToLowerInvariant()}, not {token.Value}");
        });
        return option;
    }
}
