        case when weight = 1 then 1 / (weight_above + 1) else
            ln(far) + 1 / (2 * far) - 1 / (12 * power(far, 2)) + 1 / (120 * power(far, 4))
            - 1 / (252 * power(far, 6)) + 1 / (240 * power(far, 8))
            - (ln(near) + 1 / (2 * near) - 1 / (12 * power(near, 2)) + 1 / (120 * power(near, 4))
            - 1 / (252 * power(near, 6)) + 1 / (240 * power(near, 8)))
            + 1 / (weight_above + 1) + 1 / (weight_above + 2) + 1 / (weight_above + 3) + 1 / (weight_above + 4)
            + 1 / (weight_above + 5) + 1 / (weight_above + 6) + 1 / (weight_above + 7) + 1 / (weight_above + 8)
            - 1 / (weight_reached + 1) - 1 / (weight_reached + 2) - 1 / (weight_reached + 3) - 1 / (weight_reached + 4)
            - 1 / (weight_reached + 5) - 1 / (weight_reached + 6) - 1 / (weight_reached + 7) - 1 / (weight_reached + 8)
        end as harmonic_gap
