using FnMesh.Policy.Cesql;

namespace FnMesh.Policy.Tests.Cesql;

public class CesqlFaultTests
{
    [Theory]
    [InlineData("", "at character 1: a value is missing before the end, in: »«")]
    [InlineData("subject LIKE 5", "at character 14: LIKE takes a text in quotes, not a number, in: subject LIKE »5«")]
    [InlineData("subject LIKE type", "at character 14: LIKE takes a text in quotes, not 'type', in: subject LIKE »type«")]
    [InlineData("amount >", "at character 9: a value is missing before the end, in: amount >»«")]
    [InlineData("a == 'b'", "at character 4: write '=' once, in: a =»=« 'b'")]
    [InlineData("a = 'b' && c", "at character 9: '&' means nothing here; write AND, in: a = 'b' »&«& c")]
    [InlineData("a = 'b", "at character 5: the text that begins here has no end; close it with ', in: a = »'b«")]
    [InlineData("a = ‘b’", "at character 5: this is no quote of a text; write ' or \", in: a = »‘«b’")]
    [InlineData("(a = 'b'", "at character 9: a ')' is missing, in: (a = 'b'»«")]
    [InlineData("a = 'b')", "at character 8: this ')' closes nothing, in: a = 'b'»)«")]
    [InlineData("a 'b'", "at character 3: an operator is missing before a text, in: a »'b'«")]
    [InlineData("a IN ()", "at character 6: the list of IN must not be empty, in: a IN »()«")]
    [InlineData("a IN 'b'", "at character 6: IN takes a list in brackets, such as ('a', 'b'), not a text, in: a IN »'b'«")]
    [InlineData("a IN ('b' 'c')", "at character 11: a ',' or ')' is missing before a text, in: a IN ('b' »'c'«)")]
    [InlineData("EXISTS 'a'", "at character 8: EXISTS takes the name of an attribute, not a text, in: EXISTS »'a'«")]
    [InlineData("my_attribute = 1", "at character 1: names of attributes have letters and digits only, in: »my_attribute« = 1")]
    [InlineData("amount > 2147483648", "at character 10: an Integer is from -2147483648 to 2147483647, in: amount > »2147483648«")]
    [InlineData("a NOT = 'b'", "at character 3: NOT stands here before LIKE or IN only; put an operator before it, in: a »NOT« = 'b'")]
    [InlineData("AND a", "at character 1: a value is missing before 'AND', in: »AND« a")]
    [InlineData("total > 1.5", "at character 10: '.' means nothing here; numbers are whole, and the members of data are for the dialect 'data', in: total > 1».«5")]
    public void A_text_that_is_no_expression_is_refused_with_the_place_and_the_mend(string expression, string fault)
    {
        Assert.Equal(fault, CesqlExpression.Fault(expression));
        Assert.Equal(fault, CesqlFilter.Fault(expression)?.In(expression));
        Assert.Equal(new(CesqlValue.Of(false), CesqlErrors.Parse), Cases.Evaluate(expression, new Dictionary<string, CesqlValue>()));
    }

    [Theory]
    [InlineData("test", "at character 1: an attribute is a String here, and a filter is a Boolean; write BOOL(test), or compare it, in: »test«")]
    [InlineData("1 + 2", "at character 1: a filter is a Boolean, and this is an Integer; compare it with something, in: »1 + 2«")]
    [InlineData("'true'", "at character 1: a filter is a Boolean, and this is a String; compare it with something, in: »'true'«")]
    [InlineData("type = 'a' AND STARTS(type, 'b')", "at character 16: there is no function STARTS; there are ABS, BOOL, CONCAT, CONCAT_WS, INT, LEFT, LENGTH, LOWER, RIGHT, STRING, SUBSTRING, TRIM, UPPER, in: type = 'a' AND »STARTS(type, 'b')«")]
    [InlineData("left(type) = 'a'", "at character 1: LEFT takes 2 arguments, not 1, in: »left(type)« = 'a'")]
    [InlineData("SUBSTRING(type) = 'a'", "at character 1: SUBSTRING takes 2 or 3 arguments, not 1, in: »SUBSTRING(type)« = 'a'")]
    [InlineData("type < 'b'", "at character 8: this becomes no Integer, which is needed here, in: type < »'b'«")]
    [InlineData("type = 'a' AND 'yes'", "at character 16: this becomes no Boolean, which is needed here; only 'true' and 'false' do, in: type = 'a' AND »'yes'«")]
    [InlineData("'x' = 5", "at character 1: this becomes no Integer, which is needed here, in: »'x'« = 5")]
    [InlineData("NOT 1", "at character 5: NOT takes no Integer; write BOOL(…) around it, in: NOT »1«")]
    [InlineData("id = 1 / 0", "at character 10: a division by 0, in: id = 1 / »0«")]
    [InlineData("data = 'x'", "at character 1: expressions do not see the data of events; use the dialect 'data', in: »data« = 'x'")]
    public void A_filter_that_fails_for_each_event_is_refused_before_there_are_any(string expression, string fault)
    {
        Assert.Null(CesqlExpression.Fault(expression));
        Assert.Equal(fault, CesqlFilter.Fault(expression)?.In(expression));
    }

    [Theory]
    [InlineData("a = '1' OR b = '2' AND c = '3'", "at character 1: AND, OR and XOR have one rank in CESQL, so that this comes before the AND behind it; write brackets, in: »a = '1' OR b = '2'« AND c = '3'")]
    [InlineData("(a = '1' OR b = '2') AND c = '3'", null)]
    [InlineData("a = '1' OR (b = '2' AND c = '3')", null)]
    [InlineData("a = '1' AND b = '2' OR c = '3'", null)]
    public void A_filter_that_SQL_would_read_otherwise_gets_a_warning(string expression, string? doubt)
    {
        Assert.Null(CesqlFilter.Fault(expression));
        Assert.Equal(doubt, CesqlFilter.Doubt(expression)?.In(expression));
    }

    [Fact]
    public void What_is_too_long_too_deep_or_too_much_is_refused()
    {
        Assert.Contains("at most 8192 characters", CesqlExpression.Fault($"'{new string('a', 9000)}'"), StringComparison.Ordinal);
        Assert.Contains("nests more than 64 deep", CesqlExpression.Fault(new string('(', 70) + "1" + new string(')', 70)), StringComparison.Ordinal);
        Assert.Contains("nests more than 64 deep", CesqlExpression.Fault(string.Concat(Enumerable.Repeat("NOT ", 100)) + "TRUE"), StringComparison.Ordinal);
        Assert.Contains("nests more than 64 deep", CesqlExpression.Fault(string.Concat(Enumerable.Repeat("- ", 100)) + "1"), StringComparison.Ordinal);
        Assert.Contains("at most 1024 operators and operands", CesqlExpression.Fault(string.Join("+", Enumerable.Repeat("1", 600))), StringComparison.Ordinal);
        Assert.Null(CesqlExpression.Fault(new string('(', 60) + "1" + new string(')', 60)));
        Assert.Null(CesqlExpression.Fault(string.Join("+", Enumerable.Repeat("1", 500))));
    }
}
