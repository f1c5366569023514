using System.Collections.Generic;
using System.Linq;

namespace Ppl.Torch.Bindings;

/// <summary>
/// Reads the table of optimizers. An entry is <c>Name [Betas|Momentum] : rates ... ; settings ... ; memory ...</c>, each row a key and a
/// list; the table's own head says what they mean.
/// </summary>
internal static class OptimizerParser
{
    private static readonly string[] Needed = { "rates", "settings", "memory" };
    private static readonly string[] Known = { "rates", "settings", "saved", "group", "groups", "named", "memory" };

    public static List<Optimizer> Parse(string text) =>
        TableParser.Entries(text).Select(entry => ParseEntry(entry.Text, entry.Line)).ToList();

    private static Optimizer ParseEntry(string entry, int line)
    {
        var colon = entry.IndexOf(':');
        if (colon < 0) throw new TableException(line, "an optimizer is 'Name : rows'");
        var head = entry.Substring(0, colon).Trim().Split(' ');
        var rows = TableParser.Split(entry.Substring(colon + 1), ';').ToDictionary(
            row => row.Split(' ')[0], row => TableParser.Split(row.Substring(row.Split(' ')[0].Length), ','));
        var odd = rows.Keys.Except(Known).Concat(Needed.Except(rows.Keys)).FirstOrDefault();
        if (odd != null) throw new TableException(line, $"{head[0]}: the row '{odd}' is unknown or missing");
        if (rows["rates"].Count != 4) throw new TableException(line, $"{head[0]}: four rates are wanted");
        var settings = rows["settings"].ConvertAll(text => ParseSetting(text, line));
        return new Optimizer(
            head[0],
            controlled: head.ElementAtOrDefault(1),
            rates: new Rates(rows["rates"]),
            settings,
            saved: Choose("saved"),
            ofGroup: Choose("group"),
            groupType: rows.TryGetValue("groups", out var type) ? type[0] : head[0] + ".ParamGroup",
            namesInFunction: rows.TryGetValue("named", out var names) ? (names[0], names[1]) : ("parameters", "lr"),
            memory: rows["memory"].ConvertAll(text => ParseMemory(text, line)));

        List<Setting> Choose(string key) => !rows.TryGetValue(key, out var chosen) ? settings : chosen.ConvertAll(name =>
            settings.Find(setting => setting.Name == name) ?? throw new TableException(line, $"'{name}' is no setting of {head[0]}"));
    }

    private static Setting ParseSetting(string text, int line)
    {
        var parts = text.Split('=');
        if (parts.Length != 2) throw new TableException(line, $"'{text}' is not 'setting = default'");
        return new Setting(parts[0].Trim(), parts[1].Trim());
    }

    private static Remembered ParseMemory(string text, int line)
    {
        var equals = text.IndexOf('=');
        var declared = (equals < 0 ? text : text.Substring(0, equals)).Trim().Split(' ');
        if (declared.Length != 2) throw new TableException(line, $"'{text}' is not 'type name = first value'");
        return new Remembered(declared[0], declared[1], equals < 0 ? "0" : text.Substring(equals + 1).Trim());
    }
}
