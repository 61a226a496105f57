import org.mustangproject.validator.ZUGFeRDValidator;

/** Mustang: asks the library's validator about each file, and says PASS or FAIL with what it finds. */
public final class Mustang {
    public static void main(String[] files) {
        for (String file : files) {
            String report = new ZUGFeRDValidator().validate(file);
            // wasCompletelyValid() is true of a file that "is not a PDF/A-3": the report alone says all.
            boolean valid = report.contains("<summary status=\"valid\"/>") && !report.contains("status=\"invalid\"") && !report.contains("<error") && !report.contains("<exception");
            System.out.println((valid ? "PASS " : "FAIL ") + file);
            if (!valid) {
                System.out.println(report);
            }
        }
    }
}
