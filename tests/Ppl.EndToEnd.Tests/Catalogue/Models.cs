namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Every model of the catalogue, by name: xunit shows the names.</summary>
public static class Models
{
    private static readonly CatalogueEntry[] Entries =
    [
        Vae.Entry, TwoLayers.Entry, ThreeLayers.Entry, Layers.Entry, Series.Entry, SkipConnection.Entry, Cvae.Entry, ConditionalPrior.Entry,
        Branches.Entry, TwoSites.Entry, FullCovariance.Entry, Classes.Entry, Statements.Entry, LinearGaussian.Entry, Convolutional.Entry,
        ExplainingAway.Entry, ObservedParent.Entry, Shaped.Entry, Scalars.Entry, Recurrent.Entry, Pairs.Entry, Unused.Entry, OwnDivergence.Entry,
        SharedMatrix.Entry, NestedBlocks.Entry, Terms.Entry, Supports.Entry, LinearRegression.Entry, EightSchools.Entry,
        EightSchoolsNonCentred.Entry, Radon.Entry, ItemResponse.Entry, Ratings.Entry, GlobalVae.Entry, TwoSurveys.Entry, Pupils.Entry, Parts.Entry,
        Growth.Entry, Correlated.Entry, Districts.Entry, Tastes.Entry, Matches.Entry, Topics.Entry, BayesianNetwork.Entry,
        Visits.Entry, Committees.Entry, TopDownLayers.Entry, TopDownGroups.Entry, MeanFieldLayers.Entry, MeanFieldSurveys.Entry,
        StateSpace.Entry, DeepMarkov.Entry, Autoregression.Entry, TimeLast.Entry, Level.Entry, Memory.Entry, TwoLengths.Entry, ForwardMarkov.Entry,
        OpenSeries.Entry, Driven.Entry, OpenLevel.Entry, SecondOrder.Entry, OpenLattice.Entry, Chains.Entry,
        Surveys.Entry, Gaps.Entry, Weather.Entry, Labels.Entry, Measured.Entry, Guesses.Told, Guesses.Blind, Penalties.Entry, Optional.Deep, Optional.Shallow, Link.Wide, Link.Binary,
        Link.Chained, Early.Short, Early.Long, Rounds.Entry, Grouped.With, Grouped.Without, Extra.Entry,
        Seasonal.With, Seasonal.Without,
        Derived.Entry, Means.Entry, Uranium.Entry, Wells.Entry, Questions.Entry, Tree.Entry,
        TwoCodes.Entry, GridCalls.Entry, MixedCalls.Entry, Steps.Entry, OpenSteps.Entry, StartAndSteps.Entry,
        OwnParts.Entry, Deeper.Entry, Choosing.Fine, Choosing.Coarse,
        Gauges.Entry, Unequal.Entry, Blanks.Entry, Lattice.Entry, Interleaved.Entry, Helpers.Entry, Silent.With, Silent.Without,
        ArmLoops.Near, ArmLoops.Far, Panel.Entry, Graded.Entry, TwoChains.Entry, Levels.Entry, Logged.Entry,
        RealLine.Entry, HalfLines.Entry,
        Positives.Entry, Relaxations.Entry, CountShelf.Entry, MixtureShelf.Entry, WrapperShelf.Entry,
        Matrices.Entry, MatrixData.Entry, Courses.Entry, CourseData.Entry,
        Flowing.Entry,
    ];

    /// <summary>The names, as the data of theories.</summary>
    public static TheoryData<string> Names => [.. Entries.Select(entry => entry.Name)];

    /// <summary>A model's entry.</summary>
    public static CatalogueEntry Get(string name) => Array.Find(Entries, entry => entry.Name == name) ?? throw new ArgumentException(name, nameof(name));
}
