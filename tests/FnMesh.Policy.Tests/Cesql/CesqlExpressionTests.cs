using FnMesh.Policy.Cesql;

namespace FnMesh.Policy.Tests.Cesql;

/// <summary>What the conformance suite does not ask.</summary>
public class CesqlExpressionTests
{
    private static readonly Dictionary<string, CesqlValue> Attributes = new()
    {
        ["id"] = CesqlValue.Of("7"),
        ["type"] = CesqlValue.Of("shop.order.paid"),
        ["subject"] = CesqlValue.Of("order-12"),
        ["hops"] = CesqlValue.Of(3),
        ["test"] = CesqlValue.Of(true),
        ["1st"] = CesqlValue.Of("one"),
    };

    [Theory]
    [InlineData("4-1", 3)]
    [InlineData("4 -1", 3)]
    [InlineData("4+1", 5)]
    [InlineData("4--1", 5)]
    [InlineData("+5", 5)]
    [InlineData("- 5", -5)]
    [InlineData("00012", 12)]
    [InlineData("-2147483648", int.MinValue)]
    [InlineData("10 - 2 - 3", 5)]
    [InlineData("7 % -2 + -7 % 2", 0)]
    [InlineData("-7 / 2", -3)]
    [InlineData("-2147483648 % -1", 0)]
    [InlineData("2 + 3 * 4", 14)]
    [InlineData("INT(hops) + hops", 6)]
    [InlineData("LENGTH(' a ')", 3)]
    [InlineData("LENGTH('🛒é')", 2)]
    [InlineData("1 + TRUE", 2)]
    public void Integers_are_of_32_bits_and_go_from_left_to_right(string expression, int value) => Gives(expression, CesqlValue.Of(value));

    [Theory]
    [InlineData("2147483647 + 1")]
    [InlineData("-2147483648 - 1")]
    [InlineData("65536 * 65536")]
    [InlineData("-2147483648 / -1")]
    [InlineData("-(0 - 2147483647 - 1)")]
    [InlineData("1 / 0")]
    [InlineData("1 % 0")]
    public void What_32_bits_do_not_hold_is_0_and_a_math_error(string expression) => Gives(expression, CesqlValue.Of(0), CesqlErrors.Math);

    [Theory]
    [InlineData("'it''s'", "it's")]
    [InlineData("\"a\"\"b\"", "a\"b")]
    [InlineData("'it\\'s'", "it's")]
    [InlineData("'a\\\\'", "a\\\\")]
    [InlineData("'a\\nb'", "a\\nb")]
    [InlineData("1st", "one")]
    [InlineData("TYPE", "shop.order.paid")]
    [InlineData("UPPER('é🛒')", "É🛒")]
    [InlineData("LEFT('🛒🛒é', 2)", "🛒🛒")]
    [InlineData("RIGHT('🛒🛒é', 2)", "🛒é")]
    [InlineData("SUBSTRING('a🛒é', 2, 1)", "🛒")]
    [InlineData("SUBSTRING('abc', -2147483647 + 2147483645)", "bc")]
    [InlineData("SUBSTRING('abc', 2, 2147483647)", "bc")]
    [InlineData("LEFT('abc', 0)", "")]
    [InlineData("TRIM('\u00a0 a\u2003\u2028')", "a")]
    [InlineData("CONCAT(1, TRUE, 'x')", "1truex")]
    [InlineData("CONCAT_WS('-', 'a', '', 'b')", "a--b")]
    public void Texts_keep_their_case_and_count_code_points(string expression, string value) => Gives(expression, CesqlValue.Of(value));

    [Theory]
    [InlineData("FALSE AND TRUE OR TRUE", true)]
    [InlineData("TRUE OR TRUE AND FALSE", false)]
    [InlineData("TRUE OR FALSE XOR TRUE", false)]
    [InlineData("NOT FALSE AND FALSE", false)]
    [InlineData("NOT test = FALSE", true)]
    [InlineData("NOT test LIKE 'f%'", true)]
    [InlineData("'a' LIKE 'a' = TRUE", true)]
    [InlineData("1 + 2 = 3 AND 3 > 2", true)]
    [InlineData("2 > 1 = TRUE", true)]
    [InlineData("2 IN (1, 2) = TRUE", true)]
    [InlineData("subject NOT LIKE 'x%' AND type NOT IN ('a', \"b\")", true)]
    [InlineData("EXISTS subject AND NOT EXISTS nothing", true)]
    [InlineData("exists(subject) or true", true, CesqlErrors.Parse)]
    [InlineData("1 AND TRUE", true)]
    [InlineData("1 = TRUE", true)]
    [InlineData("hops IN ('3', '4')", true)]
    [InlineData("'3' IN (hops)", true)]
    [InlineData("id IN (7, 8)", true)]
    [InlineData("TRUE <> FALSE", true)]
    [InlineData("true = \"true\" AND false = 'false'", true)]
    public void Operators_have_the_ranks_of_the_standard_and_those_of_one_rank_go_from_left_to_right(string expression, bool value, CesqlErrors errors = CesqlErrors.None) =>
        Gives(expression, CesqlValue.Of(errors == CesqlErrors.None && value), errors);

    [Theory]
    [InlineData("missing = 1 OR TRUE", false)]
    [InlineData("TRUE OR missing = 1", true, CesqlErrors.None)]
    [InlineData("FALSE AND missing", false, CesqlErrors.None)]
    [InlineData("type IN ('shop.order.paid', missing)", false)]
    [InlineData("missing NOT IN ('a')", false)]
    [InlineData("missing NOT LIKE 'a'", false)]
    [InlineData("NOT (missing = 1)", false)]
    [InlineData("(missing)", false)]
    public void An_attribute_that_is_missing_makes_all_around_it_zero(string expression, bool value, CesqlErrors errors = CesqlErrors.MissingAttribute) =>
        Gives(expression, CesqlValue.Of(value), errors);

    [Theory]
    [InlineData("LENGTH(missing)", 0, CesqlErrors.MissingAttribute)]
    [InlineData("5 / INT('x')", 0, CesqlErrors.Cast)]
    [InlineData("5 / 'x'", 0, CesqlErrors.Cast)]
    [InlineData("INT(' 5')", 0, CesqlErrors.Cast)]
    [InlineData("INT('2147483648')", 0, CesqlErrors.Cast)]
    [InlineData("INT('')", 0, CesqlErrors.Cast)]
    [InlineData("INT('-')", 0, CesqlErrors.Cast)]
    [InlineData("INT('-2147483648') + 1", -2147483647, CesqlErrors.None)]
    public void A_function_or_operator_whose_operand_failed_gives_its_zero_and_no_error_of_its_own(string expression, int value, CesqlErrors errors) =>
        Gives(expression, CesqlValue.Of(value), errors);

    [Theory]
    [InlineData("NOT 'abcd'")]
    [InlineData("NOT 'x'")]
    public void The_negation_of_what_is_no_Boolean_is_true_and_a_cast_error(string expression) => Gives(expression, CesqlValue.Of(true), CesqlErrors.Cast);

    [Theory]
    [InlineData("BOOL('true ')", CesqlErrors.Cast)]
    [InlineData("BOOL('abcd')", CesqlErrors.Cast)]
    [InlineData("'a' < 'b'", CesqlErrors.Cast)]
    [InlineData("'abc' = 0", CesqlErrors.Cast)]
    [InlineData("LEFT('a')", CesqlErrors.MissingFunction)]
    [InlineData("NOW()", CesqlErrors.MissingFunction)]
    public void What_cannot_be_had_is_false_and_an_error(string expression, CesqlErrors errors) => Gives(expression, CesqlValue.Of(false), errors);

    [Fact]
    public void An_evaluation_that_handles_too_much_text_ends_with_a_generic_error()
    {
        var large = new Dictionary<string, CesqlValue> { ["big"] = CesqlValue.Of(new string('a', 60_000)) };
        var half = string.Join(", ", Enumerable.Repeat("big", 8));

        Assert.Equal(new(CesqlValue.Of(480_000), CesqlErrors.None), Cases.Evaluate($"LENGTH(CONCAT({half}))", large));
        Assert.Equal(new(CesqlValue.Of(0), CesqlErrors.Generic), Cases.Evaluate($"LENGTH(CONCAT(CONCAT({half}), CONCAT({half}), CONCAT({half})))", large));
    }

    [Fact]
    public void Only_a_Boolean_that_is_true_without_an_error_passes_as_a_filter()
    {
        Assert.True(new CesqlOutcome(CesqlValue.Of(true), CesqlErrors.None).Passes);
        Assert.False(new CesqlOutcome(CesqlValue.Of(false), CesqlErrors.None).Passes);
        Assert.False(new CesqlOutcome(CesqlValue.Of(1), CesqlErrors.None).Passes);
        Assert.False(new CesqlOutcome(CesqlValue.Of("true"), CesqlErrors.None).Passes);
        Assert.False(new CesqlOutcome(CesqlValue.Of(true), CesqlErrors.Cast).Passes);
    }

    [Fact]
    public void Evaluating_a_typical_filter_allocates_nothing()
    {
        var filter = CesqlExpression.Compile("type LIKE 'shop.order.%' AND subject LIKE '%-1_' AND id IN ('7', '8') AND NOT EXISTS nothing");
        CesqlLookup lookup = static (source, name) => ((Dictionary<string, CesqlValue>)source).GetValueOrDefault(name);
        for (var i = 0; i < 1000; i++) Assert.True(filter.Evaluate(Attributes, lookup).Passes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var passes = true;
        for (var i = 0; i < 1000; i++) passes &= filter.Evaluate(Attributes, lookup).Passes;
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(passes);
    }

    private static void Gives(string expression, CesqlValue value, CesqlErrors errors = CesqlErrors.None) =>
        Assert.Equal(new CesqlOutcome(value, errors), Cases.Evaluate(expression, Attributes));
}
