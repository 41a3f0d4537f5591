namespace Company.Function;

public class Failures
{
    public string? Last { get; set; }
}
