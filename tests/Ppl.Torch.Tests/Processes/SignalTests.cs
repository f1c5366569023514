namespace Ppl.Torch.Tests.Processes;

public class SignalTests
{
    [Fact]
    public void NullDereferencesAndDivisionsByZeroAreExceptionsOnceLibtorchIsLoaded()
    {
        var child = Child.Run(nameof(Signals));
        Assert.True(child.ExitCode == 0, $"ended with {child.ExitCode}: {child.Output}{child.Errors}");
        Assert.Equal("3 NullReferenceException DivideByZeroException ", child.Output);
    }
}
