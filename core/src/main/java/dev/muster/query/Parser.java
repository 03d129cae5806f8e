package dev.muster.query;

import dev.muster.base.Refusal;
import dev.muster.query.Expression.Comparator;
import dev.muster.query.Expression.Operator;
import dev.muster.query.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads a query by recursive descent, one method for each level of precedence. Confined to one thread. */
final class Parser {
    /** Parentheses, {@code NOT} and signs inside of each other. */
    private static final int MAX_DEPTH = 32;

    /** Values that operators join; a chain of them is as deep as it is long. */
    private static final int MAX_OPERANDS = 500;

    private static final Map<String, Comparator> COMPARATORS = Map.of(
            "=", Comparator.EQUAL,
            "!=", Comparator.NOT_EQUAL,
            "<>", Comparator.NOT_EQUAL,
            "<", Comparator.LESS,
            "<=", Comparator.LESS_OR_EQUAL,
            ">", Comparator.GREATER,
            ">=", Comparator.GREATER_OR_EQUAL);
    private static final Map<String, Operator> SUMS = Map.of("+", Operator.PLUS, "-", Operator.MINUS);
    private static final Map<String, Operator> PRODUCTS =
            Map.of("*", Operator.TIMES, "/", Operator.DIVIDED_BY, "%", Operator.MODULO);
    private static final List<String> KEYWORDS =
            List.of("select", "top", "from", "where", "group", "by", "as", "and", "or", "not", "in", "nin");

    private final List<Token> tokens;
    private final String collection;
    private int at;
    private int depth;
    private int operands;
    private int unnamed;

    /** @param collection what the query may be from */
    Parser(List<Token> tokens, String collection) {
        this.tokens = tokens;
        this.collection = collection;
    }

    /** @throws Refusal INVALID_ARGUMENT */
    Query query() {
        if (acceptSymbol("*")) {
            end("the end");
            return Query.EVERYTHING;
        }
        expectKeyword("SELECT");
        OptionalInt top = acceptKeyword("TOP") ? OptionalInt.of(top()) : OptionalInt.empty();
        Optional<List<Column>> columns = acceptSymbol("*") ? Optional.empty() : Optional.of(columns());
        String expected = "FROM, WHERE, GROUP BY or the end";
        if (acceptKeyword("FROM")) {
            from();
            expected = "WHERE, GROUP BY or the end";
        }
        Optional<Expression> where = Optional.empty();
        if (acceptKeyword("WHERE")) {
            where = Optional.of(disjunction());
            expected = "an operator, GROUP BY or the end";
        }
        List<Expression> groups = new ArrayList<>();
        if (acceptKeyword("GROUP")) {
            expectKeyword("BY");
            do {
                groups.add(disjunction());
            } while (acceptSymbol(","));
            expected = "',' or the end";
        }
        end(expected);
        return new Query(top, columns, where, groups);
    }

    private int top() {
        Token number = next();
        try {
            int top = Integer.parseInt(number.text());
            if (number.kind() == Kind.NUMBER && top > 0) {
                return top;
            }
        } catch (NumberFormatException e) {
            // Answered below like a number that makes no sense.
        }
        throw expected("a whole number above 0", number);
    }

    private void from() {
        int start = peek().at();
        String name = String.join(".", path().steps());
        if (!name.equalsIgnoreCase(collection)) {
            throw SyntaxError.at(start, "expected " + collection + " and found '" + name + "'");
        }
    }

    private List<Column> columns() {
        List<Column> columns = new ArrayList<>();
        do {
            columns.add(column());
        } while (acceptSymbol(","));
        return columns;
    }

    private Column column() {
        Optional<Column.Function> function = function();
        if (function.isPresent()) {
            at += 2;
            Optional<Expression> operand =
                    acceptSymbol("*") || peek().isSymbol(")") ? Optional.empty() : Optional.of(disjunction());
            Token close = peek();
            expectSymbol(")");
            if (operand.isEmpty() && function.get() != Column.Function.COUNT) {
                throw expected("what " + function.get() + " is of", close);
            }
            return new Column.Aggregate(alias().orElseGet(this::nextName), function.get(), operand);
        }
        Expression expression = disjunction();
        return new Column.Single(
                alias().orElseGet(
                                () -> expression instanceof Expression.Path(var steps) ? steps.getLast() : nextName()),
                expression);
    }

    private Optional<Column.Function> function() {
        Token name = peek();
        if (name.kind() != Kind.NAME || !tokens.get(at + 1).isSymbol("(")) {
            return Optional.empty();
        }
        for (Column.Function function : Column.Function.values()) {
            if (name.isKeyword(function.name())) {
                return Optional.of(function);
            }
        }
        return Optional.empty();
    }

    private Optional<String> alias() {
        return acceptKeyword("AS") ? Optional.of(name("a name")) : Optional.empty();
    }

    private String nextName() {
        return "$" + ++unnamed;
    }

    private Expression disjunction() {
        Expression left = conjunction();
        while (acceptKeyword("OR")) {
            left = new Expression.Or(left, conjunction());
        }
        return left;
    }

    private Expression conjunction() {
        Expression left = negation();
        while (acceptKeyword("AND")) {
            left = new Expression.And(left, negation());
        }
        return left;
    }

    private Expression negation() {
        if (!acceptKeyword("NOT")) {
            return comparison();
        }
        deeper();
        Expression operand = negation();
        depth--;
        return new Expression.Not(operand);
    }

    private Expression comparison() {
        Expression left = sum();
        Comparator comparator = peek().kind() == Kind.SYMBOL ? COMPARATORS.get(peek().text()) : null;
        if (comparator != null) {
            at++;
            return new Expression.Comparison(comparator, left, sum());
        }
        if (acceptKeyword("IN")) {
            return new Expression.In(left, list());
        }
        if (acceptKeyword("NIN")) {
            return new Expression.Not(new Expression.In(left, list()));
        }
        return left;
    }

    private List<Value> list() {
        Token open = next();
        if (!open.isSymbol("[") && !open.isSymbol("(")) {
            throw expected("a list in brackets", open);
        }
        List<Value> list = new ArrayList<>();
        do {
            list.add(literal());
        } while (acceptSymbol(","));
        expectSymbol(open.isSymbol("[") ? "]" : ")");
        return list;
    }

    private Value literal() {
        if (acceptSymbol("-")) {
            Token number = next();
            if (number.kind() != Kind.NUMBER) {
                throw expected("a number", number);
            }
            return Value.Numeric.of(-number(number));
        }
        Token token = next();
        Optional<Value> literal = switch (token.kind()) {
            case NUMBER -> Optional.of(Value.Numeric.of(number(token)));
            case TEXT -> Optional.of(new Value.Text(token.text()));
            case NAME -> constant(token);
            case SYMBOL, END -> Optional.empty();
        };
        return literal.orElseThrow(() -> expected("a text, a number, true, false or null", token));
    }

    private Expression sum() {
        Expression left = product();
        while (operator(SUMS).isPresent()) {
            Operator operator = operator(SUMS).get();
            at++;
            left = new Expression.Arithmetic(operator, left, product());
        }
        return left;
    }

    private Expression product() {
        Expression left = signed();
        while (operator(PRODUCTS).isPresent()) {
            Operator operator = operator(PRODUCTS).get();
            at++;
            left = new Expression.Arithmetic(operator, left, signed());
        }
        return left;
    }

    private Optional<Operator> operator(Map<String, Operator> operators) {
        return peek().kind() == Kind.SYMBOL ? Optional.ofNullable(operators.get(peek().text())) : Optional.empty();
    }

    private Expression signed() {
        if (!acceptSymbol("-")) {
            return operand();
        }
        deeper();
        Expression operand = signed();
        depth--;
        return new Expression.Arithmetic(Operator.MINUS, new Expression.Literal(Value.Numeric.of(0)), operand);
    }

    private Expression operand() {
        if (++operands > MAX_OPERANDS) {
            throw SyntaxError.at(peek().at(), "a query may have " + MAX_OPERANDS + " operands, and this is one more");
        }
        Token token = peek();
        return switch (token.kind()) {
            case TEXT, NUMBER -> new Expression.Literal(literal());
            case SYMBOL, END -> parenthesis();
            case NAME -> named(token);
        };
    }

    private Expression named(Token name) {
        Token after = tokens.get(at + 1);
        if (name.isKeyword("IS_DEFINED") && after.isSymbol("(")) {
            return isDefined();
        }
        if (constant(name).isPresent() && !after.isSymbol(".")) {
            return new Expression.Literal(literal());
        }
        return path();
    }

    private Expression parenthesis() {
        if (!acceptSymbol("(")) {
            throw expected("a value", peek());
        }
        deeper();
        Expression inside = disjunction();
        expectSymbol(")");
        depth--;
        return inside;
    }

    private Expression isDefined() {
        at += 2;
        Expression.Path path = path();
        expectSymbol(")");
        return new Expression.IsDefined(path);
    }

    /** Names with a dot before each but the first; what is no name stands in brackets: {@code tags['a-b'][0]}. */
    private Expression.Path path() {
        Token first = peek();
        if (KEYWORDS.contains(first.text().toLowerCase(Locale.ROOT))) {
            throw expected("a value", first);
        }
        List<String> steps = new ArrayList<>(List.of(name("a name")));
        while (true) {
            if (acceptSymbol(".")) {
                steps.add(name("a name"));
            } else if (acceptSymbol("[")) {
                Token step = next();
                if (step.kind() != Kind.TEXT && step.kind() != Kind.NUMBER) {
                    throw expected("a text or a number", step);
                }
                steps.add(step.text());
                expectSymbol("]");
            } else {
                return new Expression.Path(steps);
            }
        }
    }

    private static Optional<Value> constant(Token name) {
        return switch (name.text().toLowerCase(Locale.ROOT)) {
            case "true" -> Optional.of(new Value.Truth(true));
            case "false" -> Optional.of(new Value.Truth(false));
            case "null" -> Optional.of(new Value.Null());
            default -> Optional.empty();
        };
    }

    private static double number(Token token) {
        double number = Double.parseDouble(token.text());
        if (!Double.isFinite(number)) {
            throw SyntaxError.at(token.at(), "this number is too large");
        }
        return number;
    }

    private void deeper() {
        if (++depth > MAX_DEPTH) {
            throw SyntaxError.at(peek().at(), "this is nested deeper than " + MAX_DEPTH + " levels");
        }
    }

    private Token peek() {
        return tokens.get(at);
    }

    /** The end comes again and again. */
    private Token next() {
        Token token = peek();
        at = Math.min(at + 1, tokens.size() - 1);
        return token;
    }

    private String name(String what) {
        Token token = next();
        if (token.kind() != Kind.NAME) {
            throw expected(what, token);
        }
        return token.text();
    }

    private boolean acceptKeyword(String keyword) {
        boolean there = peek().isKeyword(keyword);
        at += there ? 1 : 0;
        return there;
    }

    private boolean acceptSymbol(String symbol) {
        boolean there = peek().isSymbol(symbol);
        at += there ? 1 : 0;
        return there;
    }

    private void expectKeyword(String keyword) {
        if (!acceptKeyword(keyword)) {
            throw expected(keyword, peek());
        }
    }

    private void expectSymbol(String symbol) {
        if (!acceptSymbol(symbol)) {
            throw expected("'" + symbol + "'", peek());
        }
    }

    private void end(String expected) {
        if (peek().kind() != Kind.END) {
            throw expected(expected, peek());
        }
    }

    private static Refusal expected(String what, Token found) {
        return SyntaxError.at(found.at(), "expected " + what + " and found " + found.title());
    }
}
