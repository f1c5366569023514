using Ppl.Common;

namespace Ppl.Inference;

/// <summary>
/// Classification trees, each of a bootstrap sample, cut at the least depth that is within a standard error of the best on the rows that the trees
/// did not see. Source: Breiman 2001, Machine Learning 45; the rule of one standard error is of Breiman et al. 1984, section 3.4.3.
/// </summary>
/// <remarks>
/// A split looks at every column: of a few at random most are noise where most columns are, and deep splits at noise have decreases too. So does
/// depth that tells nothing of other rows.
/// </remarks>
internal sealed class RandomForest
{
    // Cuts lie between so many quantiles of a column: a column of fewer values has one cell for each.
    private const int Cells = 64;
    private const int LeastRows = 2;
    private const int MostDepth = 10;

    private readonly List<Node[]> trees = [];
    private readonly double[][] cuts;
    private readonly int classes;

    private int depth = MostDepth;

    private RandomForest(double[][] cuts, int classes, double[] importance) => (this.cuts, this.classes, Importance) = (cuts, classes, importance);

    /// <summary>The decrease of Gini's impurity by the splits at each column, weighed by their rows; in all 1, or all 0 without a split.</summary>
    public double[] Importance { get; }

    /// <summary>Grows the trees.</summary>
    /// <param name="x">The columns, row by row.</param>
    /// <param name="y">A class for each row, from 0.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="trees">How many trees.</param>
    /// <param name="random">The stream.</param>
    public static RandomForest Fit(double[][] x, int[] y, int classes, int trees, CounterRandom random)
    {
        var cuts = Array.ConvertAll(x, Cuts);
        byte[][] cells = [.. x.Zip(cuts, (column, cut) => Array.ConvertAll(column, v => Cell(cut, v)))];
        var forest = new RandomForest(cuts, classes, new double[x.Length]);
        var unseen = new Unseen(y, classes);
        for (var t = 0; t < trees; t++)
        {
            var sample = new int[y.Length];
            for (var i = 0; i < sample.Length; i++) sample[i] = random.NextInt(y.Length);
            var growth = new Growth(cells, y, classes, random);
            forest.trees.Add(growth.Grow(sample));
            random = growth.Random;
            unseen.Add(forest.trees[^1], cells, sample);
        }

        forest.depth = unseen.Depth();
        foreach (var tree in forest.trees)
        {
            var splits = Array.FindAll(tree, node => node.Column >= 0 && node.Depth < forest.depth);
            var sum = splits.Sum(node => node.Decrease);
            foreach (var node in splits) forest.Importance[node.Column] += node.Decrease / sum;
        }

        var total = forest.Importance.Sum();
        for (var d = 0; d < x.Length && total > 0; d++) forest.Importance[d] /= total;
        return forest;
    }

    /// <summary>The part of the rows whose class the trees' mean frequencies find.</summary>
    /// <param name="x">The columns, row by row.</param>
    /// <param name="y">A class for each row.</param>
    public double Accuracy(double[][] x, int[] y)
    {
        var right = 0;
        var votes = new double[classes];
        for (var row = 0; row < y.Length; row++)
        {
            Array.Clear(votes);
            foreach (var tree in trees)
            {
                var node = tree[0];
                while (node.Column >= 0 && node.Depth < depth)
                    node = tree[Cell(cuts[node.Column], x[node.Column][row]) <= node.Cell ? node.Left : node.Right];
                for (var c = 0; c < classes; c++) votes[c] += node.Frequencies[c];
            }

            if (Array.IndexOf(votes, votes.Max()) == y[row]) right++;
        }

        return (double)right / y.Length;
    }

    /// <summary>The bounds between cells, ascending: halfway between neighbouring values.</summary>
    private static double[] Cuts(double[] column)
    {
        var sorted = column.Order().ToArray();
        var distinct = sorted.Distinct().ToArray();
        var quantiles = Enumerable.Range(0, Cells).Select(i => sorted[i * (sorted.Length - 1L) / (Cells - 1)]).Distinct();
        var chosen = distinct.Length <= Cells ? distinct : [.. quantiles];
        return [.. chosen.Zip(chosen.Skip(1), (low, high) => low + (0.5 * (high - low)))];
    }

    private static byte Cell(double[] cuts, double value)
    {
        var place = Array.BinarySearch(cuts, value);
        return (byte)(place < 0 ? ~place : place);
    }

    /// <summary>A split at a cell, its rows to the left; or a leaf, without a column. Either knows the frequencies of its rows' classes.</summary>
    private readonly record struct Node(int Column, int Cell, int Left, int Right, double[] Frequencies, int Depth, double Decrease);

    /// <summary>What trees of each depth say of the rows that they did not see.</summary>
    private sealed class Unseen(int[] y, int classes)
    {
        private readonly double[] votes = new double[y.Length * (MostDepth + 1) * classes];
        private readonly bool[] isAsked = new bool[y.Length];

        public void Add(Node[] tree, byte[][] cells, int[] sample)
        {
            var isSeen = new bool[y.Length];
            foreach (var row in sample) isSeen[row] = true;
            for (var row = 0; row < y.Length; row++)
            {
                if (isSeen[row]) continue;
                isAsked[row] = true;
                var node = tree[0];
                for (var level = 0; level <= MostDepth; level++)
                {
                    var own = Votes(row, level);
                    for (var c = 0; c < classes; c++) own[c] += node.Frequencies[c];
                    if (node.Column >= 0) node = tree[cells[node.Column][row] <= node.Cell ? node.Left : node.Right];
                }
            }
        }

        /// <summary>The least depth from 1 whose accuracy is that of the best, less its standard error, or more.</summary>
        public int Depth()
        {
            var asked = isAsked.Count(isIt => isIt);
            if (asked == 0) return MostDepth;
            double[] accuracy = [.. Enumerable.Range(1, MostDepth)
                .Select(level => (double)Enumerable.Range(0, y.Length).Count(row => IsRight(row, level)) / asked)];
            var best = accuracy.Max();
            var least = best - Math.Sqrt(best * (1 - best) / asked);
            return 1 + Array.FindIndex(accuracy, a => a >= least);
        }

        private bool IsRight(int row, int level)
        {
            if (!isAsked[row]) return false;
            var own = Votes(row, level);
            var found = 0;
            for (var c = 1; c < classes; c++) found = own[c] > own[found] ? c : found;
            return found == y[row];
        }

        private Span<double> Votes(int row, int level) => votes.AsSpan(((row * (MostDepth + 1)) + level) * classes, classes);
    }

    /// <summary>One tree as it grows.</summary>
    private sealed class Growth(byte[][] cells, int[] y, int classes, CounterRandom random)
    {
        private readonly List<Node> nodes = [];
        private CounterRandom random = random;

        public CounterRandom Random => random;

        public Node[] Grow(int[] rows)
        {
            var waiting = new Stack<(int Node, int[] Rows, int Depth)>();
            nodes.Add(default);
            waiting.Push((0, rows, 0));
            while (waiting.TryPop(out var next))
            {
                var counts = new double[classes];
                foreach (var row in next.Rows) counts[y[row]]++;
                var impurity = Impurity(counts, next.Rows.Length);
                var frequencies = Array.ConvertAll(counts, c => c / next.Rows.Length);
                var isLeaf = next.Depth == MostDepth || next.Rows.Length < LeastRows || impurity <= 0;
                if (isLeaf || Best(next.Rows, counts, impurity) is not { } split)
                {
                    nodes[next.Node] = new(-1, 0, 0, 0, frequencies, next.Depth, 0);
                    continue;
                }

                nodes[next.Node] = new(split.Column, split.Cell, nodes.Count, nodes.Count + 1, frequencies, next.Depth, split.Decrease);
                waiting.Push((nodes.Count, Array.FindAll(next.Rows, row => cells[split.Column][row] <= split.Cell), next.Depth + 1));
                waiting.Push((nodes.Count + 1, Array.FindAll(next.Rows, row => cells[split.Column][row] > split.Cell), next.Depth + 1));
                nodes.Add(default);
                nodes.Add(default);
            }

            return [.. nodes];
        }

        /// <summary>The split of the largest decrease; among equal ones the column that comes first in an order drawn for each split.</summary>
        private (int Column, int Cell, double Decrease)? Best(int[] rows, double[] counts, double impurity)
        {
            var order = Enumerable.Range(0, cells.Length).ToArray();
            (int Column, int Cell, double Decrease)? best = null;
            for (var i = 0; i < order.Length; i++)
            {
                var j = i + random.NextInt(order.Length - i);
                (order[i], order[j]) = (order[j], order[i]);
                if (BestOf(order[i], rows, counts, impurity) is { } found && (best is null || found.Decrease > best.Value.Decrease)) best = found;
            }

            return best;
        }

        private (int Column, int Cell, double Decrease)? BestOf(int column, int[] rows, double[] counts, double impurity)
        {
            var table = new double[Cells * classes];
            foreach (var row in rows) table[(cells[column][row] * classes) + y[row]]++;
            var (left, right, leftRows) = (new double[classes], (double[])counts.Clone(), 0.0);
            (int Column, int Cell, double Decrease)? best = null;
            for (var cell = 0; cell < Cells - 1; cell++)
            {
                double inCell = 0;
                for (var c = 0; c < classes; c++)
                {
                    var count = table[(cell * classes) + c];
                    (left[c], right[c], inCell) = (left[c] + count, right[c] - count, inCell + count);
                }

                leftRows += inCell;
                if (inCell == 0 || leftRows == rows.Length) continue;
                var decrease = impurity - Impurity(left, leftRows) - Impurity(right, rows.Length - leftRows);
                if (decrease > 1e-12 && (best is null || decrease > best.Value.Decrease)) best = (column, cell, decrease);
            }

            return best;
        }

        /// <summary>Gini's impurity times the rows.</summary>
        private static double Impurity(double[] counts, double rows) => rows - (counts.Sum(count => count * count) / rows);
    }
}
