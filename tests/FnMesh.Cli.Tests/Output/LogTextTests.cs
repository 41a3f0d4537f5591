using FnMesh.Cli.Output;

namespace FnMesh.Cli.Tests.Output;

public class LogTextTests
{
    [Theory]
    [InlineData("plain é", "plain é")]
    [InlineData("a\tb", "a\tb")]
    [InlineData("\u001b[31;1mred\u001b[0m", "\u001b[31;1mred\u001b[0m")]
    [InlineData("\u001b]0;title\u0007", "\\u001b]0;title\\u0007")]
    [InlineData("\u001b[2Jgone", "\\u001b[2Jgone")]
    [InlineData("a\rb", "a\\u000db")]
    [InlineData("", "")]
    public void Colours_stay_and_nothing_else_reaches_the_terminal(string said, string shown) => Assert.Equal(shown, LogText.Safe(said));
}
